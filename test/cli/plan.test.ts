import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentVariable } from '../../postgres/run-folder';
import { root } from '../lib/support/golden';

let base: string;
let project: string;
let temporary: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-C', project, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const commit = (message: string) => {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
};
const config = () => readFileSync(join(project, 'plinth.config.ts'), 'utf8');
const write = (text: string) => writeFileSync(join(project, 'plinth.config.ts'), text);

// One project for all: its history is what they tell of.
beforeAll(async () => {
  base = mkdtempSync(join(process.env[parentVariable] ?? '', 'plan-'));
  project = join(base, 'a project');
  temporary = join(base, 'tmp');
  mkdirSync(temporary);
  mkdirSync(project);
  cpSync(join(root, 'sql'), join(project, 'sql'), { recursive: true });
  write(readFileSync(join(root, 'plinth.config.ts'), 'utf8').replace("'./lib/config/define'", "'plinth'"));
  git('init', '--quiet', '--initial-branch', 'main');
  commit('first');
  expect(await plan('--env', 'dev', '--accept')).toMatchObject({ code: 0 });
  commit('accepted');
}, 60_000);
afterAll(() => rmSync(base, { recursive: true }));
afterEach(() => {
  git('checkout', '--quiet', '--', '.');
  git('clean', '--quiet', '-fd');
  expect(readdirSync(temporary).filter((name) => name.startsWith('plinth-'))).toEqual([]);
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(root, 'bin', 'plinth.js'), 'plan', '--project', project, ...args], {
    cwd: project,
    env: { ...process.env, TMPDIR: temporary },
  });
async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data) => {
    out += data;
  });
  child.stderr?.on('data', (data) => {
    err += data;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}
const plan = (...args: string[]) => ended(start(...args));

test('what was accepted gives an empty plan; a first plan of another environment says that all is new', async () => {
  expect(await plan('--env', 'dev', '--fail-on', 'change')).toEqual({
    code: 0,
    out: '# Plan for dev of ndis-chatbot\n\nNothing changes against golden/dev.\n',
    err: '',
  });
  const { code, out } = await plan('--env', 'qa');
  expect(code).toBe(0);
  expect(out).toContain('Everything is new: no templates of qa have been accepted yet (`--accept` does).');
});

test('a change is told, stops a pipeline that asks for it, and is accepted without naming the environment', async () => {
  write(config().replace('lists: 100', 'lists: 500'));
  const told = await plan('--env', 'dev', '--fail-on', 'loss,change');
  expect(told).toMatchObject({ code: 2, err: 'The plan is stopped at: change.\n' });
  expect(told.out).toContain('`lists: 100 -> 500`');
  expect(await plan('--env', 'dev', '--fail-on', 'loss,replace,widening')).toMatchObject({ code: 0, err: '' });
  const { out } = await plan('--accept');
  expect(out).toBe('golden/dev holds the templates of dev now; commit it.\n');
  expect((await plan('--accept')).out).toBe('golden/dev is what it was.\n');
  expect((await plan('--env', 'dev')).out).toContain('Nothing changes');
  expect(existsSync(join(project, 'golden', 'qa'))).toBe(false);
});

test('a loss is refused by the synth, shown by the plan, and let through once it is accepted', async () => {
  write(config().replace("sql: 'sql',", "sql: 'sql', database: { port: 5433 },"));
  const synth = () =>
    ended(
      spawn(
        join(root, 'node_modules', '.bin', 'cdk'),
        ['synth', '-q', '-c', 'env=dev', '-c', `project=${project}`, '-o', join(base, 'out')],
        {
          cwd: root,
          env: {
            ...process.env,
            CDK_DISABLE_CLI_TELEMETRY: 'true',
            CDK_DISABLE_VERSION_CHECK: '1',
            CDK_VALIDATION: 'false',
          },
        },
      ),
    );
  const refused = await synth();
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('The templates of dev are refused for one reason:\n  The database ndis-chatbot-dev (');
  expect(refused.err).toContain('because Port changes from 5432 to 5433');
  expect(refused.err).toContain('npx plinth plan --env dev --accept');
  expect(refused.err).not.toMatch(/^ {4}at /m);
  const told = await plan('--env', 'dev', '--fail-on', 'loss');
  expect(told.code).toBe(2);
  expect(told.out).toContain('A synth refuses this. If it is meant: `npx plinth plan --env dev --accept`');
  expect((await plan('--env', 'dev', '--accept')).out).toContain('Accepted: The database ndis-chatbot-dev (');
  expect((await synth()).code).toBe(0);
}, 120_000);

test('against a git ref, that ref is synthesized beside it', async () => {
  write(config().replace('lists: 100', 'lists: 500'));
  const { code, out } = await plan('--env', 'dev', '--against', 'HEAD~1', '--json', '--rows', '5000');
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report.against).toMatch(/^HEAD~1 \([0-9a-f]{7}\)$/);
  expect(report.indexes).toEqual([
    expect.objectContaining({
      name: 'embeddings_ivfflat',
      work: 'rebuild',
      changes: [{ path: 'lists', before: '100', after: '500' }],
      estimates: [expect.objectContaining({ rows: 5000, lists: 500 })],
    }),
  ]);
  expect(report.code).toEqual([]);
});

test('an environment that the ref does not have is all new, and a ref that cannot be synthesized says why', async () => {
  const before = config();
  write(before.replace('    qa: {', '    more: { instance: small },\n    qa: {'));
  expect((await plan('--env', 'more', '--against', 'main')).out).toMatch(
    /Everything is new: main \([0-9a-f]{7}\) has no environment more[.]/,
  );
  write(before.replace("name: 'ndis-chatbot'", 'name: 7'));
  commit('broken');
  write(before);
  const { code, err } = await plan('--env', 'dev', '--against', 'main');
  git('reset', '--quiet', '--hard', 'HEAD~1');
  expect(code).toBe(1);
  expect(err).toMatch(/^dev cannot be synthesized at main \([0-9a-f]{7}\): .*name: 7 /s);
  expect(err).not.toMatch(/^ {4}at /m);
});

test('against a folder that a synth wrote, and not one of another environment', async () => {
  const folder = join(base, 'assembly');
  const { synthFolder } = await import('../lib/support/synth-folder');
  synthFolder({ project, environment: 'dev', folder });
  expect((await plan('--env', 'dev', '--against', folder)).out).toContain(`Nothing changes against ${folder}.`);
  const { code, err } = await plan('--env', 'qa', '--against', folder);
  expect({ code, err }).toEqual({
    code: 1,
    err: `${folder} holds ndis-chatbot-dev-network, ndis-chatbot-dev-database, ndis-chatbot-dev-schema, ndis-chatbot-dev-protection, and none of them is of qa.\n`,
  });
});

test('a migration that the lint refuses ends the plan with the finding', async () => {
  writeFileSync(join(project, 'sql/migrations/006_x.sql'), 'DROP TABLE documents;\n');
  const { code, out, err } = await plan('--env', 'dev');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('006_x.sql:1:12: error drop-table: ');
  expect(err).not.toMatch(/^ {4}at /m);
});

test.each([
  [['--env', 'prdo'], "There is no environment 'prdo'; ndis-chatbot has 'dev', 'qa', 'preprod' and 'prod'"],
  [[], 'No environment is named'],
  [['--env', 'dev', '--against', 'nowhere'], '--against is "nowhere", which is neither a folder nor a git ref of '],
  [['--env', 'dev', '--against', '--json'], '--against needs a value: --against WHAT.'],
  [
    ['--env', 'dev', '--against=--upload-pack=x'],
    '--against is "--upload-pack=x", which is neither a folder nor a git ref',
  ],
  [
    ['--env', 'dev', '--against', 'sql'],
    'sql holds no manifest.json; name a folder that cdk synth wrote, such as cdk.out.',
  ],
  [['--env', 'dev', '--fail-on', 'los'], '--fail-on is "los"; it takes loss, replace, widening, change'],
  [['--env', 'dev', '--rows', 'many'], '--rows is "many"; it takes a whole number from 1 to 10000000000.'],
  [['--env', 'dev', '--accept', '--json'], '--accept writes the templates and takes no --json beside it.'],
  [['dev'], '"plinth plan" takes no further words; "dev" was given.'],
])('plinth plan %j is told in one sentence', async (args, sentence) => {
  const { code, out, err } = await plan(...args);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test.each([2_500])('Ctrl-C after %i ms leaves no tree of git and no folder', async (delay) => {
  const child = start('--env', 'dev', '--against', 'HEAD');
  const end = ended(child);
  await new Promise((resolve) => setTimeout(resolve, delay));
  child.kill('SIGINT');
  const { code } = await end;
  // On a busy machine it has perhaps not begun to listen to signals, and simply ends.
  expect([130, 0, null]).toContain(code);
});
