import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../lib/checks/refusal';

/** Where this program stands. */
export const root = join(__dirname, '..');

export interface Synthesis {
  /** The folder that holds bin/plinth-app.js: this program, or another state of it. */
  readonly program: string;
  readonly project: string;
  readonly environment: string;
  /** Where the app is written. */
  readonly folder: string;
  readonly interrupted: AbortSignal;
  /** Beside something that somebody waits for: that goes first. */
  readonly inBackground?: boolean;
}

/**
 * Writes the app of an environment, in a process of its own, as the CDK runs it. The validators are left out: they judge
 * every `cdk synth`, and take seconds. Resolves to what the app said on its error output.
 */
export async function synthesizeInto({
  program,
  project,
  environment,
  folder,
  interrupted,
  inBackground = false,
}: Synthesis): Promise<string> {
  const { context = {} } = JSON.parse(readFileSync(join(program, 'cdk.json'), 'utf8')) as { context?: object };
  const given = {
    ...context,
    // As the CDK's command line sets them; without them the templates would differ in their metadata.
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    env: environment,
    project,
  };
  const variables = { CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(given), CDK_VALIDATION: 'false' };
  const said = await runApp(program, interrupted, variables, inBackground);
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new Refusal(said.trim() || `The app in ${program} ended without a word.`);
  }
  return said;
}

function runApp(
  program: string,
  interrupted: AbortSignal,
  variables: Record<string, string>,
  inBackground: boolean,
): Promise<string> {
  const script = join(program, 'bin', 'plinth-app.js');
  if (!existsSync(script)) throw new Refusal(`There is no app in ${program} to synthesize.`);
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: interrupted,
    killSignal: 'SIGKILL',
  });
  if (inBackground && child.pid !== undefined) giveWay(child.pid);
  let said = '';
  child.stderr?.on('data', (data) => {
    said += data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Refusal(`The app cannot be started: ${error.message}.`)));
    child.once('close', () => resolve(said));
  });
}

/** Some systems let nobody do so; then it takes its turn with the rest. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // As said.
  }
}
