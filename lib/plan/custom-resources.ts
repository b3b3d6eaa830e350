import { resourcesOf, type Templates } from '../checks/templates';

/** The properties of the one custom resource of a type, such as `PlinthMigrations`; undefined where there is none. */
export function customResource(templates: Templates, type: string): Readonly<Record<string, unknown>> | undefined {
  const found = Object.values(templates)
    .flatMap(resourcesOf)
    .find(([, { Type }]) => Type === `Custom::${type}`);
  return found?.[1].Properties;
}

export type MigrationState = 'new' | 'edited' | 'removed';

export interface MigrationChange {
  readonly id: string;
  readonly state: MigrationState;
}

/** The checksums by the ids, in the order in which the migrations run. */
export function migrationsIn(templates: Templates): ReadonlyMap<string, string> {
  const declared = customResource(templates, 'PlinthMigrations')?.['Migrations'];
  const lines = Array.isArray(declared) ? declared.map(String).reverse() : [];
  return new Map(lines.map((line) => [line.split(': ')[0] ?? line, line]));
}

export function migrationChanges(before: Templates, after: Templates): readonly MigrationChange[] {
  const [from, to] = [migrationsIn(before), migrationsIn(after)];
  const changed = [...to].flatMap(([id, line]): readonly MigrationChange[] => {
    const old = from.get(id);
    if (old === line) return [];
    return [{ id, state: old === undefined ? 'new' : 'edited' }];
  });
  const removed = [...from.keys()].filter((id) => !to.has(id));
  return [...removed.map((id): MigrationChange => ({ id, state: 'removed' })), ...changed];
}
