import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentVariable } from '../../../postgres/run-folder';
import { folderOfAws } from '../../../rehearsal/tasks/programs';
import type { TestCloud } from './cloud';

const folder = folderOfAws();

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** `aws …` as a person types it, with nothing but an endpoint and a key. */
export function aws({ client }: Pick<TestCloud, 'client'>, args: readonly string[], cwd = '/tmp'): Promise<Said> {
  const { endpoint, region, credentials } = client;
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  return new Promise((resolve) => {
    const all = ['--endpoint-url', endpoint, ...args];
    execFile(join(folder ?? '', 'aws'), all, { env, cwd, maxBuffer: 2 ** 26 }, (failure, out, error) =>
      resolve({ status: failure ? Number(failure.code ?? 1) : 0, out, error }),
    );
  });
}

/** What it prints, as JSON. */
export async function awsJson(cloud: TestCloud, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { status, out, error } = await aws(cloud, [...args, '--output', 'json']);
  if (status !== 0) throw new Error(`aws ${args.join(' ')} ended with ${status}: ${error}`);
  return JSON.parse(out) as Record<string, unknown>;
}

/** A test for machines that have the AWS command line. Elsewhere it is listed at the end of the run, with the reason. */
export function testWithAws(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    if (folder !== undefined) return body();
    const reason = 'version 2 of the AWS command line is not installed (apt-get install awscli)';
    const entry = { kind: 'aws', reason, test: expect.getState().currentTestName };
    appendFileSync(join(process.env[parentVariable] ?? '.', 'not-run.jsonl'), `${JSON.stringify(entry)}\n`);
  });
}
