import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresPlace } from '../../postgres/place';
import type { Assembly, AssemblyStack } from '../../rehearsal/assembly';
import { rehearse } from '../../rehearsal/rehearse';
import { openQuickestPlace } from '../support/places';
import { synthesized, unprotected } from './support/app';
import { edited } from './support/removals';

jest.setTimeout(300_000);

let place: PostgresPlace;
let assembly: Assembly;
beforeAll(async () => {
  place = await openQuickestPlace();
  assembly = unprotected(await synthesized('dev'));
});
afterAll(() => place?.close());

/** What is told of a run, and whether anything of it shows a secret value. */
async function run(app: Assembly) {
  let shown = (_: string): boolean => true;
  const report = await rehearse({
    name: 'planted',
    assembly: app,
    place,
    opened: ({ secretWatch }) => {
      shown = (text) => secretWatch.redact(text) !== text;
    },
  });
  return { ...report, shows: shown(JSON.stringify(report)) };
}

const schema = 'ndis-chatbot-dev-schema';
const adminSecret = '{{resolve:secretsmanager:ndis-chatbot-dev/admin:SecretString:password}}';

test('a secret in a property of a custom resource, which CloudFormation logs, fails the rehearsal, and no report shows it', async () => {
  const planted = edited(assembly, schema, ({ Resources }) => {
    const [roles] = Object.values(Resources).filter(({ Type }) => Type === 'Custom::PlinthRoles');
    Object.assign(roles?.Properties ?? {}, { Password: adminSecret });
  });
  const { passed, failures, shows } = await run(planted);
  expect({ passed, shows }).toEqual({ passed: false, shows: false });
  expect(failures.join('\n')).toMatch(/secret .*ndis-chatbot-dev\/admin.* the properties of SchemaRoles/i);
});

test('a secret in the log of a function fails the rehearsal, and no report shows it', async () => {
  const planted = edited(assembly, schema, ({ Resources }) => {
    for (const { Type, Properties = {} } of Object.values(Resources)) {
      if (Type !== 'AWS::Lambda::Function' || Properties['VpcConfig'] === undefined) continue;
      const { Variables } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
      Properties['Environment'] = { Variables: { ...Variables, PLANTED: adminSecret } };
    }
  });
  const { failures, shows } = await run(talking(planted));
  expect(failures.join('\n')).toMatch(/secret .*ndis-chatbot-dev\/admin.* the log of ndis-chatbot-dev-schema-/i);
  expect(shows).toBe(false);
});

/** The same with functions that say what they were given. */
function talking(app: Assembly): Assembly {
  const stacks = app.stacks.map((stack): AssemblyStack => {
    if (stack.name !== schema) return stack;
    const assets = new Map([...stack.assets].map(([name, folder]) => [name, withTalk(folder)]));
    return { ...stack, assets };
  });
  return { ...app, stacks };
}

function withTalk(asset: string): string {
  if (!existsSync(join(asset, 'index.js'))) return asset;
  const copy = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'talking-'));
  cpSync(asset, copy, { recursive: true });
  const code = join(copy, 'index.js');
  writeFileSync(code, `console.log(process.env.PLANTED);${readFileSync(code, 'utf8')}`);
  return copy;
}
