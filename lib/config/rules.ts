import type { Field, Loose } from './fields';
import type { Environment } from './project';
import { compareVersions } from './sections/database';
import { backupWindow, maintenanceWindow, overlap } from './windows';

/** The place of a setting, by its path in the environment, for a value that is to be shown with what is wrong. */
export type At = (keys: string, value?: unknown) => Field;

/** What holds between sections. Each rule judges what could be parsed, whatever else is wrong. */
export type Rule = (environment: Loose<Environment>, at: At) => void;

const windowsApart: Rule = ({ backups, instance }, at) => {
  const [backup, maintenance] = [backups?.window, instance?.maintenanceWindow];
  if (backup === undefined || maintenance === undefined) return;
  const [daily, weekly] = [backupWindow(backup), maintenanceWindow(maintenance)];
  if (daily === undefined || weekly === undefined || !overlap(daily, weekly)) return;
  at('backups.window', backup).refuse(`overlaps the maintenance window, '${maintenance}'; RDS wants them apart`);
};

const rolesDiffer: Rule = ({ roles, database }, at) => {
  const named = [
    ['database.adminUser', database?.adminUser],
    ['roles.owner.name', roles?.owner?.name],
    ['roles.migrator.name', roles?.migrator?.name],
    ['roles.app.name', roles?.app?.name],
    ['roles.readonly.name', roles?.readonly?.name],
  ] as const;
  named.forEach(([path, name], index) => {
    const first = named.slice(0, index).find(([, earlier]) => earlier === name && name !== undefined);
    if (first !== undefined) at(path, name).refuse(`is also the name at ${first[0]}; each role needs its own`);
  });
};

const parametersDiffer: Rule = ({ connectionParameters }, at) => {
  const { app, readonly } = connectionParameters ?? {};
  if (app === undefined || app !== readonly) return;
  at('readonlyConnectionParameter', readonly).refuse('is also the connectionParameter; each needs its own');
};

const onlyProductionIsReal: Rule = ({ personalData, production, name }, at) => {
  if (personalData !== 'real' || production !== false) return;
  at('personalData', personalData).refuse(`is for production, and ${name} is not; write 'never' or 'sanitised'`);
};

/** What is asked of production, in the words of the one who has to put it right. */
const production: Rule = (environment, at) => {
  if (environment.production !== true) return;
  const { instance, backups, drills, migrations, onDelete } = environment;
  const demand = (broken: boolean, path: string, value: unknown, wanted: string) => {
    if (broken) at(path, value).refuse(`is not allowed in production; ${wanted}`);
  };
  const days = backups?.retentionDays;
  demand(instance?.deletionProtection === false, 'instance.deletionProtection', false, 'write true');
  demand(instance?.multiAz === false, 'instance.multiAz', false, 'write true');
  demand(days !== undefined && days < 7, 'backups.retentionDays', days, 'write 7 to 35');
  demand(drills?.schedule === 'none', 'drills.schedule', 'none', "write 'daily', 'weekly' or 'monthly'");
  demand(migrations?.snapshotBefore === false, 'migrations.snapshotBefore', false, 'write true');
  demand(onDelete === 'drop', 'onDelete', 'drop', "write 'retain'");
};

const replicasNeedBackups: Rule = ({ instance, backups }, at) => {
  if ((instance?.readReplicas ?? 0) === 0 || backups?.retentionDays !== 0) return;
  at('instance.readReplicas', instance?.readReplicas).refuse(
    'needs backups.retentionDays of 1 to 35; RDS copies from a backup',
  );
};

const indexesFitTheExtension: Rule = ({ vectorIndexes, database }, at) => {
  const version = database?.extensions?.['vector']?.version;
  if (version === undefined) return;
  for (const [name, index] of Object.entries(vectorIndexes ?? {})) {
    const young = index?.metric === 'l1' || (index?.storage ?? 'vector') !== 'vector';
    const needed = young ? '0.7.0' : index?.method === 'hnsw' ? '0.5.0' : '0.1.0';
    if (compareVersions(version, needed) >= 0) continue;
    at('database.extensions.vector.version', version).refuse(
      `is too old for the index ${name}; it needs ${needed} or newer`,
    );
  }
};

/** A loss is told to the nearest heartbeat. */
const heartbeatTellsTheLoss: Rule = ({ heartbeat, objectives }, at) => {
  if (objectives === undefined || objectives === 'none') return;
  const [every, rpo] = [heartbeat?.everyMinutes, objectives.rpoMinutes];
  if (every === undefined || rpo === undefined || every <= rpo) return;
  at('heartbeat.everyMinutes', every).refuse(`is more than objectives.rpoMinutes, ${rpo}; the loss could not be told`);
};

/** What is measured of either stands under its name. */
const latenciesDiffer: Rule = ({ checks, vectorIndexes }, at) => {
  for (const name of Object.keys(checks?.criticalQueries ?? {})) {
    if (!Object.hasOwn(vectorIndexes ?? {}, name)) continue;
    at(`checks.criticalQueries.${name}`, name).refuse('is also the name of a vector index; take another name');
  }
};

export const environmentRules: readonly Rule[] = [
  windowsApart,
  rolesDiffer,
  parametersDiffer,
  onlyProductionIsReal,
  production,
  replicasNeedBackups,
  indexesFitTheExtension,
  heartbeatTellsTheLoss,
  latenciesDiffer,
];
