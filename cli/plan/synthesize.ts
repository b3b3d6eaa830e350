import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../lib/checks/refusal';
import { isAssembly, readAssembly, readJson, type Templates } from '../../lib/checks/templates';

/** Where this program stands. */
export const root = join(__dirname, '..', '..');

export interface Synthesis {
  /** The folder that holds bin/plinth-app.js: this program, or another state of it. */
  readonly program: string;
  readonly project: string;
  readonly environment: string;
  readonly interrupted: AbortSignal;
  /** What is to be removed, whatever happens. */
  readonly removals: (() => void)[];
}

/**
 * The templates of an environment, from the app in a process of its own, as the CDK runs it. The validators are left
 * out: they judge every synth already, and take seconds. What the guardrails refuse is written before they do, and
 * showing it is what a plan is for.
 */
export async function synthesize({
  program,
  project,
  environment,
  interrupted,
  removals,
}: Synthesis): Promise<Templates> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-plan-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  removals.push(remove);
  const { context = {} } = readJson<{ context?: Record<string, unknown> }>(join(program, 'cdk.json'));
  const given = {
    ...context,
    // As the CDK's command line sets them; without them the templates would differ in their metadata.
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    '@aws-cdk/core:validateAgainstDefaultRules': false,
    env: environment,
    project,
  };
  const said = await runApp(program, interrupted, {
    CDK_OUTDIR: folder,
    CDK_CONTEXT_JSON: JSON.stringify(given),
    CDK_VALIDATION: 'false',
  });
  if (!isAssembly(folder)) throw new Refusal(said.trim() || `The app in ${program} ended without a word.`);
  const templates = readAssembly(folder);
  remove();
  return templates;
}

/** Resolves to what the app said on its error output. */
function runApp(program: string, interrupted: AbortSignal, variables: Record<string, string>): Promise<string> {
  const script = join(program, 'bin', 'plinth-app.js');
  if (!existsSync(script)) throw new Refusal(`There is no app in ${program} to synthesize.`);
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: interrupted,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stderr?.on('data', (data) => {
    said += data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Refusal(`The app cannot be started: ${error.message}.`)));
    child.once('close', () => resolve(said));
  });
}
