// The CDK app as `cdk synth` starts it, with AWS's own rules on, in an environment that holds nothing it might lean on.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../lib/support/project';

const root = join(__dirname, '..', '..');
const { context } = require(join(root, 'cdk.json')) as { context: Record<string, unknown> };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function synth(given: Record<string, string>, env: Record<string, string> = {}) {
  const started = spawnSync(process.execPath, [join(root, 'bin', 'plinth-app.js')], {
    // Without a home the CDK keeps its cache in the working folder.
    cwd: folder,
    encoding: 'utf8',
    env: {
      // No credentials, no region, no home, and no program to be found: neither docker nor npx nor git.
      PATH: folder,
      HOME: '',
      ...{ CDK_OUTDIR: join(folder, 'out'), CDK_CONTEXT_JSON: JSON.stringify({ ...context, project: root, ...given }) },
      ...env,
    },
  });
  const { status, stdout, stderr } = started;
  const templates = existsSync(join(folder, 'out'))
    ? readdirSync(join(folder, 'out')).filter((name) => name.endsWith('.template.json'))
    : [];
  return { status, said: `${stdout}${stderr}`, templates };
}

test('a synth needs no Docker, no credentials, no home and no other program, and AWS’s rules find no error', () => {
  const { status, said, templates } = synth({ env: 'prod' });
  expect({ status, said: said.match(/ERROR .*/g) }).toEqual({ status: 0, said: null });
  expect(templates).toHaveLength(4);
});

const network = {
  mode: 'existing',
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  zones: ['eu-west-1a', 'eu-west-1b'],
};
const project = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  instance: { readReplicas: 1, storageGiB: 500, iops: 12_000 },
  environments: { nat: { network: { egress: 'nat' } }, existing: { network, account: '111122223333' } },
});
test.each(['nat', 'existing'])('AWS’s rules find no error in an environment that chooses otherwise: %s', (env) => {
  const { status, said } = synth({ env, project });
  expect({ status, said: said.match(/ERROR .*/g) }).toEqual({ status: 0, said: null });
});

describe('ends in one sentence, with exit code 1', () => {
  const refusal = (given: Record<string, string>, env: Record<string, string> = {}) => {
    const { status, said, templates } = synth(given, env);
    expect({ status, templates }).toEqual({ status: 1, templates: [] });
    expect(said).not.toMatch(/^ {4}at /m);
    return said;
  };

  test('a folder that is not there, and one without a config', () => {
    expect(refusal({ env: 'dev', project: join(folder, 'none') })).toBe(
      `There is no folder ${join(folder, 'none')}; name the one that holds plinth.config.ts.\n`,
    );
    expect(refusal({ env: 'dev', project: folder })).toBe(
      `There is no plinth.config.ts in ${folder}; copy one from an example to begin with.\n`,
    );
  });

  test('an environment that the config does not have, and none at all', () => {
    expect(refusal({ env: 'nope' })).toBe(
      "There is no environment 'nope'; ndis-chatbot has 'dev', 'qa', 'preprod' and 'prod'.\n",
    );
    expect(refusal({})).toMatch(/^[^\n]*'dev', 'qa', 'preprod' and 'prod'[^\n]*\n$/);
  });

  test('esbuild that is not installed for this machine', () => {
    const hide = join(folder, 'hide.cjs');
    writeFileSync(
      hide,
      `const Module = require('node:module');
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (name, ...rest) {
        if (name.startsWith('@esbuild/')) throw new Error('Cannot find module ' + name);
        return resolve.call(this, name, ...rest);
      };`,
    );
    expect(refusal({ env: 'dev' }, { NODE_OPTIONS: `-r ${hide}` })).toMatch(
      /^esbuild does not run on this machine: its package @esbuild\/\S+ is not installed[.] Run "npm ci" here, on \S+[.]\n$/,
    );
  });

  test('esbuild that does not start', () => {
    const broken = join(folder, 'esbuild');
    writeFileSync(broken, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    // Whoever needs it first tells of it: the loader, or the config where the loader has all of this in its cache.
    expect(refusal({ env: 'dev' }, { ESBUILD_BINARY_PATH: broken })).toMatch(
      /^[^\n]*esbuild does not run on this machine[^\n]*Run "npm ci" here[^\n]*\n$/,
    );
  });
});
