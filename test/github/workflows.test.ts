import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject } from '../../lib/config';
import { parseYaml, type Yaml } from './yaml';

const root = join(__dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const files = readdirSync(folder);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: string;
}
interface Workflow {
  readonly on: Readonly<Record<string, Yaml>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
const workflow = (name: string) => parseYaml(text(name)) as unknown as Workflow;
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);
/** As the workflows write an expression of GitHub's. */
const expression = (text: string) => `\${{ ${text} }}`;
const environments = ['dev', 'qa', 'preprod', 'prod'];

describe.each(files)('%s', (name) => {
  test('begins with no right but to read, and gives each job an end', () => {
    const { permissions, jobs } = workflow(name);
    expect(permissions).toEqual({ contents: 'read' });
    for (const { uses, 'timeout-minutes': minutes } of Object.values(jobs)) {
      if (uses === undefined) expect(Number(minutes)).toBeGreaterThan(0);
    }
  });

  test('uses actions by the tag of a version, of GitHub and AWS alone', () => {
    for (const { uses } of stepsOf(workflow(name))) {
      if (uses !== undefined) expect(uses).toMatch(/^(actions|aws-actions)\/[\w-]+@v\d+$/);
    }
  });

  test('holds no secret, and lets no text from outside into a script', () => {
    expect(text(name)).not.toMatch(/secrets\s*[.[]|AWS_(ACCESS|SECRET)/);
    expect(Object.keys(workflow(name).on)).not.toContain('pull_request_target');
    for (const { run = '' } of stepsOf(workflow(name))) expect(run).not.toMatch(/[$][{][{]/);
  });
});

test('a pull request is checked and planned in every environment, by a job that may only read', () => {
  const { on, jobs } = workflow('plan.yml');
  expect(Object.keys(on)).toEqual(['pull_request']);
  expect(jobs['plan']?.permissions).toBeUndefined();
  const scripts = (jobs['plan']?.steps ?? []).map(({ run = '' }) => run).join('\n');
  const loops = scripts.match(/for env in .*; do/g);
  expect(loops).toEqual([`for env in ${environments.join(' ')}; do`, `for env in ${environments.join(' ')}; do`]);
  expect(scripts).toContain('npx plinth plan --env $env --against "origin/$BASE"');
  expect(jobs['plan']?.steps?.[0]?.with).toMatchObject({ 'fetch-depth': '0', 'persist-credentials': 'false' });
});

test('the comment is written by another job, which runs nothing of the pull request and is left out for forks', () => {
  const { jobs } = workflow('plan.yml');
  const comment = jobs['comment'];
  expect(comment).toMatchObject({
    needs: 'plan',
    if: 'github.event.pull_request.head.repo.full_name == github.repository',
    permissions: { 'pull-requests': 'write' },
  });
  expect(comment?.steps?.map(({ uses }) => uses)).toEqual(['actions/download-artifact@v4', undefined]);
  // One comment, found by its first line.
  expect(comment?.steps?.[1]?.run).toMatch(/startswith\("<!-- plinth plan -->"\)[\s\S]*PATCH[\s\S]*POST/);
  expect(jobs['plan']?.steps?.map(({ run = '' }) => run).join('')).toContain("echo '<!-- plinth plan -->'");
});

test('a merge deploys the environments of the project in order, each after the one before', async () => {
  const { on, jobs } = workflow('deploy.yml');
  expect(on).toEqual({ push: { branches: ['main'] } });
  expect(Object.keys((await loadProject(root)).environments)).toEqual(environments);
  expect(Object.keys(jobs)).toEqual(['assemble', ...environments]);
  for (const [at, name] of environments.entries()) {
    expect(jobs[name]).toEqual({
      needs: ['assemble', ...environments][at],
      uses: './.github/workflows/deploy-environment.yml',
      permissions: { contents: 'read', 'id-token': 'write' },
      with: { environment: name },
    });
  }
});

test('two deploys never run at once, and none is cut off', () => {
  expect(workflow('deploy.yml').concurrency).toEqual({ group: 'deploy', 'cancel-in-progress': 'false' });
});

test('what is deployed is the assembly that was checked, with a role of the environment and no key', () => {
  const assemble = workflow('deploy.yml').jobs['assemble']?.steps ?? [];
  expect(assemble.map(({ run, uses }) => run ?? uses).slice(-2)).toEqual([
    'bash .ci/run',
    'actions/upload-artifact@v4',
  ]);
  expect(readFileSync(join(root, '.ci', 'run'), 'utf8')).toContain('--output "cdk.out/$env"');
  const deploy = workflow('deploy-environment.yml').jobs['deploy'];
  expect(deploy?.environment).toBe(expression('inputs.environment'));
  expect(deploy?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  const steps = deploy?.steps ?? [];
  expect(steps.find(({ uses }) => uses?.startsWith('aws-actions'))?.with).toMatchObject({
    'role-to-assume': expression('vars.AWS_ROLE'),
    'aws-region': expression('vars.AWS_REGION'),
  });
  const scripts = steps.flatMap(({ run }) => run ?? []);
  expect(scripts).toEqual([
    'npm ci',
    'npx cdk deploy --all --app "cdk.out/$ENVIRONMENT" --require-approval never --progress events',
  ]);
});

test('the reader of the workflows refuses what it does not know', () => {
  for (const bad of ['a: &x 1', 'a: {b: 1}', 'a: 1\na: 2', 'a: 1\n   b: 2', 'just text', "a: 'x'"]) {
    expect(() => parseYaml(bad)).toThrow(/^Line \d+ /);
  }
  expect(parseYaml('on:\n  x:\nlist:\n  - a: 1\n    b: |\n      two\n        lines\n  - c: [d, e]')).toEqual({
    on: { x: '' },
    list: [{ a: '1', b: 'two\n  lines\n' }, { c: ['d', 'e'] }],
  });
});
