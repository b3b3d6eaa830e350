// What the pages about backups, drills and the runbook promise, held against what there is.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as rds from '@aws-sdk/client-rds';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as stepfunctions from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { type DrillKind, tierTag } from '../../lambdas/drill-plan/contract';
import { planDrill } from '../../lambdas/drill-plan/plan';
import { drillTag } from '../../lambdas/drill-sweep/contract';
import type { DumpManifest } from '../../lambdas/dump-record/contract';
import { drillDefinition } from '../../lib/constructs/drill-definition';
import type { DrillDefinition } from '../../lib/constructs/drill-parts';
import { everythingOn } from '../lib/support/everything';
import { type Synthesized, synthesize } from '../lib/support/synth';

const root = join(__dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const names = ['backups', 'drills', 'recovery', 'runbook'] as const;
const pages = Object.fromEntries(names.map((name) => [name, read(`docs/${name}.md`)])) as Record<
  (typeof names)[number],
  string
>;
const everything = Object.values(pages).join('\n');
const joined = everything.replaceAll(/\\\n/g, ' ');

/** As GitHub makes it of a heading. */
const anchorsOf = (page: string) =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));

let prod: Synthesized;
let template: { Outputs: Record<string, unknown>; Resources: Record<string, Resource> };

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

interface Machine {
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, { readonly Error?: string; readonly Arguments?: object }>>;
}

const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);

/** With a word for each reference, so that it can be read. */
const textOf = (joinedText: unknown): string => {
  const parts = (joinedText as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1];
  return parts === undefined
    ? String(joinedText)
    : parts.map((part) => (typeof part === 'string' ? part : 'REFERENCE')).join('');
};

const machineOf = (kind: string): Machine => {
  const found = ofType('AWS::StepFunctions::StateMachine').find(
    ({ Properties }) => Properties['StateMachineName'] === `ndis-chatbot-prod-drill-${kind}`,
  );
  return JSON.parse(textOf(found?.Properties['DefinitionString'])) as Machine;
};

const project = everythingOn();
beforeAll(async () => {
  prod = await synthesize('prod', project);
  template = prod.template('protection').toJSON() as typeof template;
});

test('every link of these pages, of the README and of the page about deploying leads somewhere', () => {
  const checked = ['README.md', 'docs/deploy.md', ...names.map((name) => `docs/${name}.md`)];
  const links = checked.flatMap((path) =>
    [...read(path).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file = '', anchor]) => ({
      path,
      file,
      anchor,
    })),
  );
  expect(links.length).toBeGreaterThan(40);
  const broken = links.filter(({ path, file, anchor }) => {
    const target = file === '' ? join(root, path) : resolve(root, dirname(path), file);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('every alarm says which section of the runbook to read, and it is there', () => {
  const alarms = ['network', 'database', 'schema', 'protection'].flatMap((purpose) =>
    Object.values(prod.template(purpose).findResources('AWS::CloudWatch::Alarm')),
  );
  expect(alarms.length).toBeGreaterThan(0);
  for (const { Properties } of alarms) {
    const [, file, anchor] = /(docs\/\S+\.md)#([\w-]+)/.exec(Properties['AlarmDescription']) ?? [];
    expect([Properties['AlarmName'], file]).toEqual([expect.any(String), 'docs/runbook.md']);
    expect(anchorsOf(pages.runbook)).toContain(anchor);
    expect(pages.drills).toContain(`\`${Properties['AlarmName']}\``);
  }
});

test('every event that alerts tell of has its section in the runbook', () => {
  const sources = ofType('AWS::Events::Rule').flatMap(
    ({ Properties }) => (Properties['EventPattern'] as { source?: string[] } | undefined)?.source ?? [],
  );
  expect(sources.sort()).toEqual(['aws.backup', 'aws.states', 'aws.states', 'aws.states']);
  const sections: Readonly<Record<string, string>> = { 'aws.backup': 'failed-backup', 'aws.states': 'failed-drill' };
  for (const source of sources) expect(anchorsOf(pages.runbook)).toContain(sections[source]);
  expect(anchorsOf(pages.runbook)).toEqual(expect.arrayContaining(['swept', 'failed-dump', 'recovery-stopped']));
});

test('every check has a section in the runbook and a row in the page about drills, and no other has', () => {
  const checks = filesBelow('lambdas/drill-check').flatMap((path) =>
    [...read(path).matchAll(/\bname: (?:'([a-z-]+)'|`([a-z-]+):\$\{)/g)].map(
      ([, name, family]) => name ?? family ?? '',
    ),
  );
  const there = [...new Set(checks)].sort();
  expect(there.length).toBeGreaterThan(20);
  const sections = pages.runbook.split('## A failed check')[1]?.split(/^## /m)[0] ?? '';
  expect([...sections.matchAll(/^### (.*)$/gm)].map(([, name]) => name).sort()).toEqual(there);
  const rows = pages.drills.split('## What is checked')[1]?.split(/^## /m)[0] ?? '';
  const told = [...rows.matchAll(/^\| (`.*?`(?:, `.*?`)*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z-]+)/g)].map(([, name]) => name),
  );
  expect(told.sort()).toEqual(there);
});

test('every error of the machines, and every state of the figure, is one that there is', () => {
  for (const kind of ['snapshot', 'pointInTime']) {
    const { States } = machineOf(kind);
    const errors = [...JSON.stringify(States).matchAll(/"Drill\.(\w+)"/g)].map(([, name]) => name);
    expect(errors.length).toBeGreaterThan(4);
    for (const name of errors) if (name !== 'Failed') expect(pages.runbook).toContain(`\`Drill.${name}\``);
    const figure = pages.drills.split('## How it goes')[1]?.split('\n    Passed')[0] ?? '';
    const drawn = [...figure.matchAll(/^ {4}([A-Z]\w+)/gm)].map(([, name]) => name);
    expect(drawn.length).toBeGreaterThan(8);
    for (const name of drawn) expect(Object.keys(States)).toContain(name);
  }
});

test('what is said of the sign-off is what a machine does that waits for people', () => {
  const { States } = drillDefinition({
    ...{ kind: 'snapshot', instance: 'i', temporaryPrefix: 'i-drill-', restore: {}, keyArn: 'k' },
    ...{ availableMinutes: 180, goneMinutes: 60, checkInput: { OnMissed: {} } as DrillDefinition['checkInput'] },
    functions: { plan: 'p', check: 'c', report: 'r' },
    signOff: { ask: 'a', names: ['lead-engineer'], hours: 72 },
  }) as Machine;
  const section = pages.drills.split('## Sign-off')[1]?.split(/^## /m)[0] ?? '';
  const drawn = [...section.matchAll(/^ {4}([A-Z]\w+)(?: {2,}([A-Z]\w+))?/gm)].flatMap(([, ...names]) => names);
  const states = drawn.filter((name) => name !== undefined);
  expect(states).toHaveLength(6);
  for (const name of states) expect(Object.keys(States)).toContain(name);
  const errors = Object.values(States).flatMap(({ Error: name }) => (name?.includes('Sign') ? [name] : []));
  expect(errors).toHaveLength(2);
  for (const name of errors) expect(pages.runbook).toContain(`\`${name}\``);
});

test('the minutes, hours and names of the pages are those of the templates', () => {
  const text = JSON.stringify(machineOf('snapshot'));
  const waits = [...text.matchAll(/millis\(\) \+ (\d+)/g)].map(([, ms]) => Number(ms) / 60_000);
  expect([...new Set(waits)]).toEqual([180, 60]);
  for (const minutes of [...waits, machineOf('snapshot').TimeoutSeconds / 60]) {
    expect(pages.drills).toContain(`${minutes} minutes`);
  }
  const settings = ofType('AWS::Lambda::Function').map(({ Properties }) => JSON.stringify(Properties['Environment']));
  expect(settings.some((each) => each.includes('\\"OlderThanHours\\":16'))).toBe(true);
  // A drill that still runs is no leftover.
  expect(machineOf('dump').TimeoutSeconds).toBeLessThan(16 * 3600);
  expect(pages.drills).toContain(`for a dump ${machineOf('dump').TimeoutSeconds / 60}`);
  expect(pages.drills).toContain('older than 10 hours (16 where dumps are drilled)');
  const { prefix } = prod.environment;
  for (const name of [`${prefix}-drill-`, `/aws/vendedlogs/states/${prefix}-drill-snapshot`, `alias/${prefix}`]) {
    expect(everything).toContain(name);
  }
  for (const { key, value } of [drillTag]) expect(pages.drills).toContain(`\`${key}\` = \`${value}\``);
  expect(pages.backups).toContain(`\`${tierTag}\``);
});

test('every output of the protection stack is told, also on the page about deploying', () => {
  const outputs = Object.keys(template.Outputs);
  expect(outputs).toEqual(expect.arrayContaining(['Alerts', 'Evidence', 'DrillSnapshot', 'DrillPointInTime']));
  for (const output of outputs) {
    expect(pages.drills).toContain(`\`${output}\``);
    expect(read('docs/deploy.md')).toContain(`\`${output}\``);
  }
});

test('every resource that a command looks for by its logical name is there', () => {
  const told = [...new Set([...everything.matchAll(/\bProtection[A-Z]\w+/g)].map(([name]) => name))];
  expect(told.length).toBeGreaterThan(4);
  for (const name of told) expect(Object.keys(template.Resources).some((id) => id.startsWith(name))).toBe(true);
});

test('each source of the table can be asked for, of the kind that it stands at', async () => {
  const rows = [...pages.drills.matchAll(/^\| (all|snapshot|pointInTime|dump) \| `(\{.*\})` \|/gm)];
  expect(rows).toHaveLength(8);
  const at = new Date('2026-11-21T05:00:00Z');
  const one = { id: 'awsbackup:job-…', created: at, status: 'available', tags: { [tierTag]: 'daily' } };
  const backups = {
    snapshots: async () => [one],
    restorable: async () => ({ from: new Date('2026-11-14T05:00:00Z'), to: at }),
    temporary: async () => [],
  };
  const manifest = { key: 'dumps/1', takenAt: '2026-11-20T19:30:00Z', sha256: 'a', bytes: 1 } as DumpManifest;
  const dumps = {
    latest: async () => manifest,
    all: async () => [{ key: 'dumps/1', begun: new Date(manifest.takenAt) }],
    manifest: async () => manifest,
  };
  const settings = { Instance: 'ndis-chatbot-prod', TemporaryPrefix: 'ndis-chatbot-prod-drill-', MostInstances: 1 };
  for (const [, kind = '', text = ''] of rows) {
    for (const Kind of kind === 'all' ? (['snapshot', 'pointInTime', 'dump'] as const) : [kind as DrillKind]) {
      const input = { Id: 'ndis-chatbot-prod-drill-1', Kind, Source: JSON.parse(text) };
      await expect(planDrill(backups, settings, input, { now: at, random: () => 0, dumps })).resolves.toMatchObject({
        Kind,
      });
    }
  }
});

const plain = (name: string) => name.replaceAll('-', '').toLowerCase();

test('the recovery by hand sets all that a drill sets', () => {
  const recovery = plain(joined.split('## Disaster recovery')[1] ?? '');
  const { Arguments } = machineOf('pointInTime').States['Restore'] ?? {};
  const settings = Object.keys(Arguments ?? {}).filter((name) => !/Identifier$|^RestoreTime$/.test(name));
  expect(settings.length).toBeGreaterThan(10);
  for (const name of [...settings, 'CaCertificateIdentifier']) expect(recovery).toContain(plain(name));
});

// Every command whose service has a client here; the options of the others are not known to this project.
const services: Readonly<Record<string, object>> = { kms, lambda, rds, secretsmanager, stepfunctions, sns, ssm };
const others = ['backup', 'cloudformation', 'ec2', 'events', 'iam', 'logs', 's3', 'sts'];
// `notification-endpoint` is what it calls the member Endpoint, since --endpoint would be short for a global option.
const ofTheCommandLine = [
  'query',
  'output',
  'region',
  'cli-binary-format',
  'cli-read-timeout',
  'notification-endpoint',
];

// In the clients: [kind, namespace, name, traits, input or names of members, …]; the kind of an operation is 9.
type Shape = readonly [number, string, string, unknown, (() => Shape) | readonly string[]];

test('every command of AWS is there, with the options that the pages give it', () => {
  const commands = [...joined.matchAll(/\baws ([a-z0-9]+) ([a-z0-9-]+)((?: (?!aws )[^\n`|;]*)?)/g)];
  expect(commands.length).toBeGreaterThan(60);
  for (const [all, service = '', command = '', rest = ''] of commands) {
    if (others.includes(service) || command === 'wait') continue;
    const operations = Object.values(services[service] ?? {}) as readonly Shape[];
    const operation = operations.find(
      (each) => Array.isArray(each) && each[0] === 9 && plain(each[2]) === plain(command),
    );
    if (operation === undefined) throw new Error(`There is no such command: ${all}`);
    const input = operation[4] as () => Shape;
    const members = (input()[4] as readonly string[]).map(plain);
    for (const [, option = ''] of rest.split('"$(')[0]?.matchAll(/ --([a-z-]+)/g) ?? []) {
      const known = ofTheCommandLine.includes(option) || members.includes(plain(option.replace(/^no-/, '')));
      expect([all, option, known]).toEqual([all, option, true]);
    }
  }
});

test.each(['migrate', 'role', 'index', 'config', 'rehearse', 'recover'])('npx plinth %s is used as it is', (verb) => {
  const uses = [...joined.matchAll(new RegExp(`npx plinth ${verb}( [a-z]+(?:-[a-z]+)*)?((?: --?[^\`\\n]*)?)`, 'g'))];
  expect(uses.length).toBeGreaterThan(0);
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'bin', 'plinth.js'), verb, '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  for (const [, action = '', options = ''] of uses) {
    if (action !== '') expect(stdout.split('\n')[0]).toMatch(new RegExp(`[ |]${action.trim()}[| ]`));
    for (const [option] of options.matchAll(/--[a-z-]+/g)) expect(stdout).toContain(option);
  }
});
