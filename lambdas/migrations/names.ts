import type { MigrationFile, MigrationLayout } from './contract';

// 18 digits are the most that always fit PostgreSQL's bigint; a timestamp with milliseconds has 17.
const plainName = /^(\d{1,18})_([a-z0-9][a-z0-9_-]*)(\.down)?\.sql$/i;
const prismaName = /^(\d{1,18})_([^/]*)$/;

export interface ParsedName {
  readonly version: string;
  readonly name: string;
  readonly down: boolean;
}

export function parsePlainName(fileName: string): ParsedName | undefined {
  const [, version, name, down] = plainName.exec(fileName) ?? [];
  return version === undefined || name === undefined ? undefined : { version, name, down: down !== undefined };
}

/** Prisma lets people leave the name empty, and real projects did. */
export function parsePrismaFolder(folder: string): Omit<ParsedName, 'down'> | undefined {
  const [, version, name] = prismaName.exec(folder) ?? [];
  return version === undefined || name === undefined ? undefined : { version, name };
}

export function compareVersions(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

type Named = Pick<MigrationFile, 'version' | 'id'>;

/**
 * The order in which files run. Prisma's own order is that of the folder names as text, and two folders may share a
 * timestamp; any other order would not be the folder as it stands.
 */
export function migrationOrder(layout: MigrationLayout): (a: Named, b: Named) => number {
  if (layout === 'plain') return (a, b) => compareVersions(a.version, b.version);
  return (a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);
}

// Digits of which the first four are a plausible year and at least eight are there count days or seconds, not files.
export const isTimestamp = (version: string) => /^(19|20)\d{6,}$/.test(version);
