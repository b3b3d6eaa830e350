import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './golden';

export interface Synthesis {
  /** Where the program stands (default: here). */
  readonly program?: string;
  readonly project: string;
  readonly environment: string;
  readonly folder: string;
}

/** What the app writes into a folder, in a process of its own, as the CDK's command line starts it. */
export function synthFolder({ program = root, project, environment, folder }: Synthesis): {
  readonly code: number | null;
  readonly said: string;
} {
  const { context } = JSON.parse(readFileSync(join(program, 'cdk.json'), 'utf8')) as { context: object };
  const given = {
    ...context,
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    env: environment,
    project,
  };
  const { status, stderr } = spawnSync(process.execPath, [join(program, 'bin', 'plinth-app.js')], {
    cwd: program,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify(given),
      CDK_VALIDATION: 'false',
    },
  });
  if (!existsSync(join(folder, 'manifest.json'))) throw new Error(`Nothing was synthesized: ${stderr}`);
  return { code: status, said: stderr };
}
