import type { Backups, Environment, Project, VectorIndex } from './project';
import { selectEnvironment } from './select';

/** What a project or one of its environments comes to, in a few lines for people. */
export function describeProject(project: Project, environment?: string): readonly string[] {
  if (environment !== undefined) return describeEnvironment(selectEnvironment(project, environment));
  const all = Object.values(project.environments);
  return [`${project.name}: SQL in ${project.sqlFolder}`, ...all.flatMap((each) => ['', ...describeEnvironment(each)])];
}

function describeEnvironment(environment: Environment): readonly string[] {
  const { database, roles, instance, network, connectionParameters, drills, objectives } = environment;
  const kept = `${instance.deletionProtection ? 'deletion-protected' : 'not deletion-protected'}`;
  const logins = [roles.app, roles.readonly, roles.migrator].map(({ name }) => name).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['region', `${environment.region}, ${environment.account ?? 'the account that is signed in'}`],
    ['instance', `${instance.class}, ${instance.multiAz ? 'Multi-AZ' : 'single zone'}, ${kept}`],
    [
      'storage',
      `${instance.storageGiB} GiB${instance.maxStorageGiB === 'none' ? '' : `, growing to ${instance.maxStorageGiB} GiB`}`,
    ],
    [
      'network',
      `${network.mode === 'create' ? `a VPC of ${network.cidr}` : network.vpcId}, ${network.zones.join(' and ')}, ${network.egress}`,
    ],
    ['database', `${database.name}, PostgreSQL ${database.engineVersion}, port ${database.port}, TLS verified`],
    [
      'roles',
      `${logins}, owned by ${roles.owner.name}; the application may ${roles.app.grants === 'readWrite' ? 'read and write' : 'insert and select'}`,
    ],
    ['connection', `${connectionParameters.app}, ${connectionParameters.readonly}`],
    ...Object.entries(environment.vectorIndexes).map(
      ([name, index]) => ['index', `${name} ${describeIndex(index)}`] as const,
    ),
    ['backups', describeBackups(environment.backups)],
    ['drill', drills.schedule === 'none' ? 'none' : `${drills.schedule}: ${drills.kinds.join(', ')}`],
    [
      'objectives',
      objectives === 'none' ? 'none' : `RTO ${objectives.rtoMinutes} min, RPO ${objectives.rpoMinutes} min`,
    ],
    ['data', `personal data ${environment.personalData}; on delete ${environment.onDelete}`],
  ];
  const title = `${environment.prefix}${environment.production ? ' (production)' : ''}`;
  return [title, ...rows.map(([key, value]) => `  ${key.padEnd(11)} ${value}`)];
}

function describeIndex(index: VectorIndex): string {
  const { table, column, dimensions, metric, storage } = index;
  const on = `on ${table.schema}.${table.name} (${column}), ${dimensions} dimensions, ${metric}, as ${storage}`;
  if (index.method === 'ivfflat') return `${on}, ivfflat with lists ${index.lists}, probes ${index.probes}`;
  return `${on}, hnsw with m ${index.m}, ef_construction ${index.efConstruction}, ef_search ${index.efSearch}`;
}

function describeBackups({ window, retentionDays, hourly, daily, weekly, monthly, dumps }: Backups): string {
  const days = { daily, weekly, monthly };
  const tiers = Object.entries(days).flatMap(([name, tier]) => (tier === 'none' ? [] : [`${name} ${tier.keepDays} d`]));
  return [
    `${window} UTC`,
    retentionDays === 0 ? 'no point in time' : `any point in time of ${retentionDays} d`,
    ...(hourly === 'none' ? [] : [`hourly ${hourly.keepHours} h`]),
    ...tiers,
    ...(dumps === 'none' ? [] : [`dumps ${dumps.schedule} ${dumps.keepDays} d`]),
  ].join(', ');
}
