import { backupRules } from './backup-rules';
import { Field, isObject, type Loose, optional, orElse, required, section } from './fields';
import type { Findings } from './findings';
import { isWritten, merge, pathOf } from './merge';
import { account, parameterName, region } from './names';
import type { Environment, EnvironmentSections } from './project';
import { environmentRules } from './rules';
import { backups } from './sections/backups';
import { checks, heartbeat } from './sections/checks';
import { database } from './sections/database';
import { drills, objectives } from './sections/drills';
import { instance } from './sections/instance';
import { migrations } from './sections/migrations';
import { network } from './sections/network';
import { recovery } from './sections/recovery';
import { roles } from './sections/roles';
import { tags } from './sections/tags';
import { vectorIndexes } from './sections/vector-indexes';
import { flag, oneOf } from './values';

/** The keys that stand at the top and belong to no environment. */
const ownOfProject = "belongs to the project; write it at the top, beside 'environments'";
const elsewhere = { name: ownOfProject, sql: ownOfProject, environments: ownOfProject };

export interface EnvironmentSource {
  readonly project: string;
  /** What the project says for all its environments. */
  readonly shared: Readonly<Record<string, unknown>>;
  readonly name: string;
  /** Where its own settings are written. */
  readonly place: readonly string[];
  readonly own: unknown;
}

export const environmentKeys = [
  'region',
  'account',
  'production',
  'personalData',
  'onDelete',
  'tags',
  'connectionParameter',
  'readonlyConnectionParameter',
  'database',
  'roles',
  'migrations',
  'vectorIndexes',
  'backups',
  'drills',
  'recovery',
  'objectives',
  'checks',
  'heartbeat',
  'instance',
  'network',
] as const satisfies readonly (keyof Parsed)[];

type Parsed = EnvironmentSections & {
  readonly connectionParameter: string;
  readonly readonlyConnectionParameter: string;
};

/** Where the setting is written, or where the innermost section around it is; else it would stand with the environment. */
function placeOf({ own, shared, place }: EnvironmentSource, keys: readonly string[]): readonly string[] {
  const around = keys.map((_, index) => keys.slice(0, keys.length - index));
  const written = around.find((each) => isWritten(own, each) || isWritten(shared, each));
  return written === undefined || isWritten(own, written) ? [...place, ...keys] : keys;
}

/** Returns what could be parsed; it is a whole environment when nothing was added to the findings. */
export function parseEnvironment(source: EnvironmentSource, findings: Findings): Loose<Environment> | undefined {
  const { project, shared, name, own } = source;
  const place = (keys: readonly string[]) => pathOf(placeOf(source, keys));
  const field = new Field({ findings, place }, [], merge(shared, own));
  if (!isObject(own)) return field.with(own).refuse('is not a section; write an object in braces');
  if (!isObject(field.value)) return undefined;

  const { value } = field;
  // What other sections take their defaults from. Where it is wrong the default stands in, so that one error stays one.
  const data = orElse({}, database(project))(field.at('database', value['database']));
  const production = value['production'] === true;
  const home = typeof value['region'] === 'string' ? value['region'] : undefined;
  const parsed = section<Parsed>(
    {
      region: required("it like 'ap-southeast-2', here or at the top", region),
      account: optional(account),
      production: orElse(false, flag),
      personalData: orElse('never', oneOf('never', 'sanitised', 'real')),
      onDelete: orElse('retain', oneOf('retain', 'drop')),
      tags: orElse({}, tags),
      connectionParameter: orElse(`/${project}/{env}/DATABASE_URL`, parameterName(name)),
      readonlyConnectionParameter: orElse(`/${project}/{env}/READONLY_DATABASE_URL`, parameterName(name)),
      database: () => data,
      roles: orElse({}, roles(data?.name ?? 'app')),
      migrations: orElse({}, migrations(production)),
      vectorIndexes: orElse({}, vectorIndexes),
      backups: orElse({}, backups),
      drills: orElse({}, drills),
      recovery: orElse({}, recovery),
      objectives,
      checks: orElse({}, checks),
      heartbeat: orElse({}, heartbeat),
      instance: orElse({}, instance),
      network: orElse({}, network(home)),
    },
    elsewhere,
  )(field);
  if (parsed === undefined) return undefined;

  const { connectionParameter: app, readonlyConnectionParameter: readonly, ...sections } = parsed;
  const fill = (written: string | undefined) => written?.replaceAll('{env}', name);
  const environment: Loose<Environment> = {
    ...sections,
    name,
    project,
    prefix: `${project}-${name}`,
    connectionParameters: { app: fill(app), readonly: fill(readonly) },
  };
  for (const rule of [...environmentRules, ...backupRules]) {
    rule(environment, (path, shown) => path.split('.').reduce((at, key) => at.at(key, shown), field));
  }
  return environment;
}
