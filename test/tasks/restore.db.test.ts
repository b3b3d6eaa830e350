import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { DumpManifest } from '../../lambdas/dump-record/contract';
import type { Execution } from '../../rehearsal/services/executions';
import { useDumping } from './dumping';

jest.setTimeout(180_000);

const dumping = useDumping({ drills: { schedule: 'weekly', kinds: ['dump'] } });

// What the embedded server cannot take: a dump is restored by COPY.
const needs = ['copyIn'] as const;
const drill = (source: object = {}): Promise<Execution> => dumping.run('shop-live-drill-dump', { source });

async function object(Key: string): Promise<Buffer> {
  const { Body } = await dumping.s3.send(new GetObjectCommand({ Bucket: dumping.bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

const latest = async () => JSON.parse((await object('latest.json')).toString()) as DumpManifest;

/** Puts something else in the place of the newest dump for the time of the work. */
async function damaged(change: (dump: Buffer) => Buffer, work: () => Promise<void>): Promise<void> {
  const Key = `${(await latest()).key}/database.dump`;
  const whole = await object(Key);
  const put = (Body: Buffer) => dumping.s3.send(new PutObjectCommand({ Bucket: dumping.bucket, Key, Body }));
  await put(change(whole));
  try {
    await work();
  } finally {
    await put(whole);
  }
}

const temporary = () => [...dumping.cloud.databases.instances.keys()].filter((id) => id.includes('-drill-'));

dumping.test(
  'a dump is restored into an instance of its own with its roles, every check passes, and the instance is gone',
  async () => {
    const { cloud } = dumping;
    for (const { name, expression } of cloud.schedules.all()) {
      if (expression?.startsWith('rate') && name.includes('Heartbeat')) await cloud.schedules.fire(name);
    }
    expect((await dumping.run('shop-live-dump')).status).toBe('SUCCEEDED');
    const { status, cause } = await drill();
    expect([status, cause]).toEqual(['SUCCEEDED', undefined]);
    expect(temporary()).toEqual([]);
    expect(cloud.authorizer.judgements.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(cloud.broken).toEqual([]);
    for (const { text } of cloud.logs.lines()) cloud.secretWatch.look(text, 'a log');
    expect(cloud.secretWatch.leaks).toEqual([]);
  },
  needs,
);

dumping.test(
  'a dump in which one bit is another one is not restored',
  () =>
    damaged(
      (dump) => {
        const flipped = Buffer.from(dump);
        const middle = Math.floor(dump.length / 2);
        flipped[middle] = (flipped[middle] ?? 0) ^ 1;
        return flipped;
      },
      async () => {
        const { status, cause } = await drill();
        expect(status).toBe('FAILED');
        expect(cause).toContain('is not the one of the manifest: its size or its checksum differs');
        expect(dumping.printed('shop-live-drill-load')).toMatch(
          /The SHA-256 of the dump is [0-9a-f]{64}, and should be/,
        );
        expect(temporary()).toEqual([]);
      },
    ),
  needs,
);

dumping.test(
  'a dump that is cut off is not restored',
  () =>
    damaged(
      (dump) => dump.subarray(0, dump.length - 1000),
      async () => {
        const { status, cause } = await drill();
        expect(status).toBe('FAILED');
        expect(cause).toContain('is not the one of the manifest');
        expect(dumping.printed('shop-live-drill-load')).toMatch(/The dump has \d+ bytes, and should have/);
      },
    ),
  needs,
);

dumping.test(
  'an index for which there is too little memory fails the restore, instead of being left out',
  async () => {
    const task = [...dumping.cloud.tasks.definitions.values()].find(({ family }) => family === 'shop-live-drill-load');
    const environment = task?.containers.find(({ name }) => name === 'postgres')?.environment ?? {};
    expect(Number(environment['PLINTH_MAINTENANCE_MEMORY_KB'])).toBeGreaterThan(64 * 1024);
    const before = { ...environment };
    // The least that PostgreSQL takes.
    Object.assign(environment, { PLINTH_MAINTENANCE_MEMORY_KB: '1024' });
    const { status, cause } = await drill();
    Object.assign(environment, before);
    expect(status).toBe('FAILED');
    expect(cause).toContain('pg_restore or the analysis of the restored tables failed');
    expect(dumping.printed('shop-live-drill-load')).toContain('memory required is');
    expect(temporary()).toEqual([]);
  },
  needs,
);

dumping.test(
  'the newest dump of a time can be asked for, and one that is not there is told',
  async () => {
    const { status, cause } = await drill({ time: '2020-01-01T00:00:00Z' });
    expect(status).toBe('FAILED');
    expect(cause).toContain('does not have a dump that was begun by 2020-01-01T00:00:00Z');
  },
  needs,
);
