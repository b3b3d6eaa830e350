import { join } from 'node:path';
import { findLosses } from '../../lib/checks/losses';
import type { Templates } from '../../lib/checks/templates';
import type { Environment, Project } from '../../lib/config';
import { planTemplates, type TemplatePlan } from '../../lib/plan/plan';
import { type PlannedIndex, planIndexes } from './indexes';
import { type PlannedMigration, planMigrations } from './migrations';

/** All that a plan tells: what `--json` prints, and what the Markdown is made of. */
export interface Report extends TemplatePlan {
  readonly environment: string;
  readonly project: string;
  readonly region: string;
  /** What it is compared with, in words. */
  readonly against: string;
  /** True where there was nothing to compare with: everything is new then. */
  readonly first: boolean;
  readonly empty: boolean;
  readonly migrations: readonly PlannedMigration[];
  readonly indexes: readonly PlannedIndex[];
  /** What a synth refuses until it is accepted: the losses against the golden templates. */
  readonly refused: readonly string[];
}

export interface Compared {
  readonly project: Project;
  readonly environment: Environment;
  readonly against: string;
  /** Undefined where there is nothing to compare with. */
  readonly before: Templates | undefined;
  readonly after: Templates;
  readonly golden: Templates | undefined;
  readonly rows: readonly number[] | undefined;
}

export async function reportOn(compared: Compared): Promise<Report> {
  const { project, environment, against, after, golden, rows } = compared;
  const before = compared.before ?? {};
  const templates = planTemplates(before, after, environment.region);
  const folder = join(project.sqlFolder, 'migrations');
  const migrations = await planMigrations(before, after, folder, environment.migrations);
  const indexes = planIndexes(before, after, rows);
  const { resources, code, outputs } = templates;
  return {
    environment: environment.name,
    project: project.name,
    region: environment.region,
    against,
    first: compared.before === undefined,
    empty: resources.length + code.length + outputs.length === 0,
    ...templates,
    migrations,
    indexes,
    refused: golden === undefined ? [] : findLosses(golden, after).map(({ sentence }) => sentence),
  };
}
