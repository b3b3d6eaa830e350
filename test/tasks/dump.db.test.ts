import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { DumpManifest } from '../../lambdas/dump-record/contract';
import { run } from '../../postgres/native/account';
import { folderOfAws } from '../../rehearsal/tasks/programs';
import { opener } from '../lambdas/app-database/helpers';
import { database } from '../lambdas/drill-check/deployed';
import { useDumping } from './dumping';

const dumping = useDumping();
// Several COPY in one session, out of a table and into it, are too much for the embedded server.
const needs = ['copyIn'] as const;

const codes = (task: { readonly containers: readonly { readonly name: string; readonly exitCode?: number }[] }) =>
  Object.fromEntries(task.containers.map(({ name, exitCode }) => [name, exitCode]));

async function latest(): Promise<DumpManifest> {
  const { Body } = await dumping.s3.send(new GetObjectCommand({ Bucket: dumping.bucket, Key: 'latest.json' }));
  return JSON.parse((await Body?.transformToString()) ?? '') as DumpManifest;
}

dumping.test(
  'a dump is stored, read back, and becomes the latest, with the rows that it holds itself',
  async () => {
    const { status, cause } = await dumping.run('shop-live-dump');
    expect([status, cause]).toEqual(['SUCCEEDED', undefined]);
    const manifest = await latest();
    const counted = await opener(dumping)(database, async (session) => {
      const { rows } = await session.query<{ documents: number; embeddings: number }>(
        'SELECT (SELECT count(*)::int FROM documents) AS documents, (SELECT count(*)::int FROM embeddings) AS embeddings',
      );
      return rows[0];
    });
    expect(counted?.embeddings).toBeGreaterThan(100);
    expect(manifest.rows).toMatchObject({
      'public.documents': counted?.documents,
      'public.embeddings': counted?.embeddings,
    });
    expect(manifest).toMatchObject({ migrationHead: '005_citations', previous: null, shrankPercent: 0 });
    expect(manifest.sha256).toMatch(/^[0-9a-f]{64}$/);
    // Nothing that it did needed a right that it does not have, and nothing secret was printed.
    expect(dumping.cloud.authorizer.judgements.filter(({ allowed }) => !allowed)).toEqual([]);
    for (const { text } of dumping.cloud.logs.lines()) dumping.cloud.secretWatch.look(text, 'a log');
    expect(dumping.cloud.secretWatch.leaks).toEqual([]);
  },
  needs,
);

dumping.test(
  'the next one is held against it: what shrank is told',
  async () => {
    const before = await latest();
    await opener(dumping)(database, (session) =>
      session.query('DELETE FROM embeddings e WHERE NOT EXISTS (SELECT FROM citations c WHERE c.embedding_id = e.id)'),
    );
    expect((await dumping.run('shop-live-dump')).status).toBe('SUCCEEDED');
    const manifest = await latest();
    expect(manifest.previous).toEqual({ key: before.key, bytes: before.bytes });
    expect(manifest.shrankPercent).toBeGreaterThan(20);
  },
  needs,
);

dumping.test(
  'one byte that S3 gives back otherwise is found out, and nothing becomes known',
  async () => {
    const before = await latest();
    const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'flipping-'));
    const real = folderOfAws();
    // One byte in the middle of what is read back is another one.
    const script = `#!/bin/bash
set -o pipefail
[[ $* == *'/database.dump - '* ]] || exec ${real}/aws "$@"
${real}/aws "$@" | { head -c 20000; head -c 1 > /dev/null; printf '\\377'; cat; }
`;
    writeFileSync(join(folder, 'aws'), script);
    chmodSync(join(folder, 'aws'), 0o755);
    const task = await dumping.task('shop-live-dump', {
      storage: { PLINTH_KEY: 'dumps/flipped', PATH: `${folder}:/usr/bin:/bin` },
    });
    // The archive does not even unpack, or its sum is another one.
    expect([13, 14]).toContain(codes(task)['postgres']);
    expect(codes(task)['storage']).not.toBe(0);
    expect(await latest()).toEqual(before);
  },
  needs,
);

dumping.test('a client that is older than the server dumps nothing', async () => {
  const { stdout } = await run('/usr/bin/pg_dump', ['--version']);
  const major = Number(/ (\d+)/.exec(stdout)?.[1] ?? 99);
  // Only a machine with such a client can show it.
  if (major >= Number.parseInt(dumping.instance.serverVersion, 10)) return;
  const task = await dumping.task('shop-live-dump', {
    storage: { PLINTH_KEY: 'dumps/older' },
    postgres: { PATH: '/usr/bin:/bin' },
  });
  expect(codes(task)).toEqual({ postgres: 11, storage: 24 });
  expect(dumping.printed('shop-live-dump')).toContain('an older client dumps nothing, or not all');
});

dumping.test('a secret that cannot be read ends both containers, and so does a login that is refused', async () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:other';
  const unread = await dumping.task('shop-live-dump', { storage: { PLINTH_KEY: 'dumps/x', PLINTH_SECRET: secret } });
  expect(codes(unread)['storage']).toBe(20);
  const refused = await dumping.task('shop-live-dump', {
    storage: { PLINTH_KEY: 'dumps/x' },
    postgres: { PGDATABASE: 'nowhere' },
  });
  expect(codes(refused)).toEqual({ postgres: 10, storage: 24 });
});

dumping.test('a task that has no way to the public registry does not start', async () => {
  const definition = [...dumping.cloud.tasks.definitions.values()][0];
  const [subnet] = dumping.cloud.databases.instance('shop-live').subnets;
  const task = dumping.cloud.tasks.run({
    cluster: 'shop-live',
    definition: definition?.arn ?? '',
    seat: { subnets: [subnet ?? ''], securityGroups: [] },
    environment: {},
    token: undefined,
  });
  await task.ended;
  expect(task.stopCode).toBe('TaskFailedToStart');
  expect(task.stoppedReason).toContain('CannotPullContainerError');
});
