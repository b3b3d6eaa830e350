import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalCloud, operatorKey, operatorSecret } from '../../rehearsal/cloud/cloud';
import { connectionStrings } from '../../rehearsal/inspect/application';
import type { Report } from '../../rehearsal/report';

/** Tells how to reach what stands, and lets it stand until somebody interrupts. */
export async function keepUp(
  cloud: LocalCloud,
  { region }: Report,
  folder: string,
  output: NodeJS.WritableStream,
  interrupted: AbortSignal,
): Promise<void> {
  const authorities = join(folder, 'authorities.pem');
  mkdirSync(folder, { recursive: true });
  writeFileSync(authorities, certificates(cloud));
  try {
    for (const line of directions(cloud, region, authorities)) output.write(`${line}\n`);
    if (!interrupted.aborted) await new Promise((stop) => interrupted.addEventListener('abort', stop, { once: true }));
  } finally {
    rmSync(authorities, { force: true });
  }
}

const certificates = (cloud: LocalCloud): string =>
  [...new Set([...cloud.databases.instances.values()].flatMap(({ postgres }) => postgres?.ca ?? []))].join('\n');

export function directions(cloud: LocalCloud, region: string, authorities: string): string[] {
  const urls = connectionStrings(cloud).found.flatMap(
    ({ parameter, instance, login: { user, password, database } }) => {
      if (!instance.postgres) return [];
      // The name that the database has in AWS leads nowhere from here; its certificate is good for localhost, too.
      const place = `localhost:${instance.postgres.port}/${encodeURIComponent(database)}`;
      const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
      return [
        `# as ${parameter} has it`,
        `export DATABASE_URL='${`postgresql://${who}@${place}?sslmode=verify-full&sslrootcert=${authorities}`.replaceAll("'", '%27')}'`,
      ];
    },
  );
  const aws = `AWS_ACCESS_KEY_ID=${operatorKey} AWS_SECRET_ACCESS_KEY=${operatorSecret} AWS_DEFAULT_REGION=${region}`;
  return [
    '',
    'Everything stays up until Ctrl-C.',
    ...urls,
    '# the services, by the AWS command line, with all rights',
    `${aws} aws --endpoint-url ${cloud.url} ssm describe-parameters`,
  ];
}
