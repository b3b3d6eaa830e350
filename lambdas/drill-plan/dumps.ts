import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type DumpManifest, dumpFiles, dumpsFolder } from '../dump-record/contract';
import { readLatest } from '../dump-record/record';
import { s3Dumps } from '../dump-record/store';

/** The dumps that were read back, by their manifests. */
export interface DumpsFound {
  latest(): Promise<DumpManifest | undefined>;
  /** When each was begun, and where it is. */
  all(): Promise<readonly { readonly key: string; readonly begun: Date }[]>;
  manifest(key: string): Promise<DumpManifest | undefined>;
}

/** In S3: with backups.ts, what this capability knows of AWS. */
export function dumpsIn(client: S3Client, Bucket: string): DumpsFound {
  const store = s3Dumps(client, Bucket);
  return {
    latest: () => readLatest(store),
    all: async () => {
      const found: { key: string; begun: Date }[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: `${dumpsFolder}/`,
            ...(ContinuationToken && { ContinuationToken }),
          }),
        );
        for (const { Key = '' } of page.Contents ?? []) {
          const begun = begunAt(Key);
          // Without a manifest it was not read back, and is no backup.
          if (begun && Key.endsWith(`/${dumpFiles.manifest}`)) {
            found.push({ key: Key.slice(0, -dumpFiles.manifest.length - 1), begun });
          }
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return found;
    },
    manifest: async (key) => {
      const text = await store.read(`${key}/${dumpFiles.manifest}`);
      return text === undefined ? undefined : (JSON.parse(text) as DumpManifest);
    },
  };
}

/** `dumps/2026-03-04T050607Z-7728950e/manifest.json`: the folder's name begins with its time. */
function begunAt(key: string): Date | undefined {
  const [, day, hour, minute, second] = /\/(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(key) ?? [];
  return day === undefined ? undefined : new Date(`${day}T${hour}:${minute}:${second}Z`);
}
