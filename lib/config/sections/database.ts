import { isObject, type Loose, optional, orElse, type Parser, record, section } from '../fields';
import { adminName, databaseName } from '../names';
import type { Database, Extension } from '../project';
import { integer, matching } from '../values';

const version = matching(/^\d+(\.\d+)*$/, "is not a version; write it like '0.8.2'");

/** Negative, zero or positive, as for sorting: '0.10' is newer than '0.9'. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split('.').map(Number));
  const parts = Math.max(a?.length ?? 0, b?.length ?? 0);
  const differences = Array.from({ length: parts }, (_, index) => (a?.[index] ?? 0) - (b?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** hnsw came with 0.5.0; below 0.8.2 stands CVE-2026-3172. */
const vectorDefaults = { minimum: '0.5.0', warnBelow: '0.8.2' };

const extension: Parser<Loose<Extension>> = (field) => {
  const parsed = section<Extension>({
    version: optional(version),
    minimum: optional(version),
    warnBelow: optional(version),
  })(field);
  const { version: pinned, minimum } = parsed ?? {};
  if (pinned !== undefined && minimum !== undefined && compareVersions(pinned, minimum) < 0) {
    field.at('version', pinned).refuse(`is below the minimum of this extension, '${minimum}'`);
  }
  return parsed;
};

const extensionName = matching(
  /^[a-z][a-z0-9_-]{0,62}$/,
  "is not an extension's name; write it as Postgres does, such as 'pg_trgm'",
);

const extensions: Parser<Readonly<Record<string, Loose<Extension>>>> = (field) => {
  const { value } = field;
  const parse = record<Extension>(extensionName, extension);
  if (!isObject(value)) return parse(field);
  const { vector = {} } = value;
  return parse(field.with({ ...value, vector: isObject(vector) ? { ...vectorDefaults, ...vector } : vector }));
};

export function database(project: string): Parser<Loose<Database>> {
  return section<Database>({
    name: orElse(project.replaceAll('-', '_'), databaseName),
    port: orElse(5432, integer(1150, 65535, 'RDS takes')),
    engineVersion: orElse('16', matching(/^16(\.\d+)?$/, "is not offered; write '16', or one minor like '16.13'")),
    extensions: orElse({}, extensions),
    adminUser: orElse('plinth_admin', adminName),
  });
}
