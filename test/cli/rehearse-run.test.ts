import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { synthesizeInto } from '../../cli/synthesize';
import { parentVariable } from '../../postgres/run-folder';
import { Names } from '../../rehearsal/names';
import type { Report } from '../../rehearsal/report';
import { plinthHere } from '../support/command-line';
import { openQuickestPlace } from '../support/places';

const root = join(__dirname, '..', '..');
// As root a server runs as another user, who must get through.
const newFolder = () => {
  const folder = mkdtempSync(join(process.env[parentVariable] ?? '', 'rehearse-'));
  chmodSync(folder, 0o711);
  return folder;
};

// Two synths and a deploy, beside whatever else this machine does.
jest.setTimeout(300_000);

// Of what the command line does, nothing hangs on the kind; the native one takes a fifth of the time.
let kind: string;
beforeAll(async () => {
  const place = await openQuickestPlace();
  kind = place.kind;
  await place.close();
});

/** A project of its own, so that its reports are nobody else's; small, so that it is quick. */
function smallProject(): string {
  const folder = newFolder();
  const migrations = join(folder, 'sql', 'migrations');
  mkdirSync(migrations, { recursive: true });
  writeFileSync(join(migrations, '001_items.sql'), 'CREATE TABLE public.items (id bigint PRIMARY KEY);\n');
  const settings = {
    name: 'small',
    environments: { dev: { account: '123456789012', region: 'eu-west-1', personalData: 'never' } },
  };
  writeFileSync(join(folder, 'plinth.config.json'), JSON.stringify(settings));
  return folder;
}

const start = (runs: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(root, 'bin/plinth.js'), 'rehearse', ...args], {
    cwd: root,
    env: { ...process.env, [parentVariable]: runs },
  });

async function ended(child: ChildProcess) {
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

let app = '';
beforeAll(async () => {
  app = join(newFolder(), 'app');
  await synthesizeInto({
    program: root,
    project: smallProject(),
    environment: 'dev',
    folder: app,
    interrupted: new AbortController().signal,
  });
});

describe('wrong words get one sentence and exit code 1', () => {
  test.each([
    [['--postgres', 'docker'], 'There is no "docker" Postgres; choose embedded, native, url.'],
    [['--env', 'nope'], "There is no environment 'nope'"],
    [['--fault', 'nope'], 'There is no fault "nope"; there is kill-at-start'],
    [['--fault', 'deliver-twice:x'], 'The fault deliver-twice takes no target; "x" was given.'],
    [['--fault', 'fail-update', '--keep'], 'strikes the deploy of a change, and with --keep there is none.'],
    [['--fault', 'fail-update', '--app', '.'], 'strikes the deploy of a change, and with --app there is none.'],
    [['--app', '/nowhere'], '/nowhere holds no synthesized app'],
    [['--drill', '--damage', 'flood'], 'There is no damage "flood"; there is truncated-table, other-dimension'],
    [['--damage', 'dropped-index'], '--damage is for --drill, which restores a backup and looks for it.'],
    [['--drill', '--fault', 'kill-at-start'], '--fault is for deploys, and --drill for restores; give one of them.'],
    [['--keep=yes'], '--keep is a switch and takes no value'],
  ])('plinth rehearse %j', async (args, sentence) => {
    const { code, out, err } = await plinthHere('rehearse', ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

test('with --json nothing but the report is printed, and both forms of it are written', async () => {
  const [project, runs] = [smallProject(), newFolder()];
  const { code, out, err } = await ended(start(runs, '--postgres', kind, '--project', project, '--json'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const report = JSON.parse(out) as Report;
  expect(report.passed).toBe(true);
  const folder = join(project, '.plinth', 'rehearsal', 'dev');
  expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toEqual(report);
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  const names = new Names(report);
  const missing = report.resources
    .map((each) => names.of(each))
    .filter((name) => !page.includes(`data-name="${name}"`));
  expect(missing).toEqual([]);
  expect(statSync(join(folder, 'report.html')).size).toBeLessThan(1_500_000);
  expect(readdirSync(runs)).toEqual([]);
});

test('--drill shows that what was damaged is caught, and where the report of the drill is', async () => {
  const [project, runs] = [smallProject(), newFolder()];
  const where = ['--postgres', kind, '--project', project, '--app', app];
  const args = [...where, '--drill', 'snapshot', '--damage', 'truncated-table'];
  const { code, out, err } = await ended(start(runs, ...args));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('Damaged    public.items was truncated: 1,000 rows are gone.');
  expect(out).toContain('✔ Drill snapshot failed: truncated-table was caught as it should be.');
  expect(out).toContain('✗ row-counts: public.items fell from 1,000 rows');
  const page = join(project, '.plinth', 'rehearsal', 'dev', 'drill-snapshot', 'report.html');
  expect(out).toContain(page);
  expect(readFileSync(page, 'utf8')).toContain('public.items fell from 1,000 rows');
  expect(readdirSync(runs)).toEqual([]);
});

test('a kind of drill that the environment does not have is told in one sentence', async () => {
  const [project, runs] = [smallProject(), newFolder()];
  const { code, err } = await ended(start(runs, '--postgres', kind, '--project', project, '--drill', 'dump'));
  expect([code, err.trim()]).toEqual([
    1,
    'This environment has no drill of the kind "dump"; its drills.kinds are snapshot.',
  ]);
  expect(readdirSync(runs)).toEqual([]);
});

test('--keep tells a URL that works; the report holds no secret; Ctrl-C leaves nothing', async () => {
  const [project, runs] = [smallProject(), newFolder()];
  const where = ['--postgres', kind, '--project', project, '--app', app];
  const child = start(runs, ...where, '--keep', '--logs', 'migrations');
  const end = ended(child);
  let out = '';
  const told = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (data) => {
      out += data;
      if (out.includes('aws --endpoint-url')) resolve(out);
    });
    child.once('exit', () => reject(new Error(out)));
  });
  const urls = [...told.matchAll(/^export DATABASE_URL='(.*)'$/gm)].map(([, url = '']) => url);
  expect(urls).toHaveLength(2);
  const client = new Client({ connectionString: urls[0] });
  client.on('error', () => undefined);
  await client.connect();
  expect((await client.query('SELECT current_user AS u')).rows).toEqual([{ u: 'app_user' }]);
  await client.end();
  expect(told).toContain('SchemaMigrationsHandlerFunction {');
  expect(told).not.toContain('SchemaRolesHandlerFunction {');
  const folder = join(project, '.plinth', 'rehearsal', 'dev');
  for (const file of ['report.html', 'report.json']) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const url of urls) expect(text).not.toContain(new URL(url).password);
  }
  child.kill('SIGINT');
  expect((await end).code).toBe(130);
  expect(readdirSync(runs)).toEqual([]);
  expect(existsSync(join(folder, 'authorities.pem'))).toBe(false);
});

// In the synth, in the deploy of the database, and while custom resources are awaited.
test.each([
  ['in the synth', 'Rehearsing', true],
  ['in the deploy, and in the synth beside it', 'network', true],
  ['in the deploy', 'network', false],
  ['while a custom resource is awaited', 'database', false],
  ['between two custom resources', 'SchemaRoles', false],
])('Ctrl-C %s leaves no process and no folder', async (_, shown, synthesizes) => {
  const runs = newFolder();
  const project = smallProject();
  const child = start(runs, '--postgres', kind, '--project', project, ...(synthesizes ? [] : ['--app', app]));
  const end = ended(child);
  let out = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (data) => {
      out += data;
      if (out.includes(shown)) resolve();
    });
    child.once('exit', () => reject(new Error(out)));
  });
  child.kill('SIGINT');
  const { code, err } = await end;
  expect({ code, err }).toEqual({ code: 130, err: '' });
  expect(readdirSync(runs)).toEqual([]);
});
