import type { S3Client } from '@aws-sdk/client-s3';
import { type DumpManifest, dumpFiles, dumpsFolder } from '../dump-record/contract';
import { readLatest } from '../dump-record/record';
import { objectsIn } from '../shared/objects';

/** The dumps that were read back, by their manifests. */
export interface DumpsFound {
  latest(): Promise<DumpManifest | undefined>;
  /** When each was begun, and where it is. */
  all(): Promise<readonly { readonly key: string; readonly begun: Date }[]>;
  manifest(key: string): Promise<DumpManifest | undefined>;
}

/** In S3: with backups.ts, what this capability knows of AWS. */
export function dumpsIn(client: S3Client, Bucket: string): DumpsFound {
  const store = objectsIn(client, Bucket);
  return {
    latest: () => readLatest(store),
    all: async () => {
      const found: { key: string; begun: Date }[] = [];
      for (const key of await store.list(`${dumpsFolder}/`)) {
        const begun = begunAt(key);
        // Without a manifest it was not read back, and is no backup.
        if (begun && key.endsWith(`/${dumpFiles.manifest}`)) {
          found.push({ key: key.slice(0, -dumpFiles.manifest.length - 1), begun });
        }
      }
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
