import { inDev, type Refusal } from '../good-settings';

const existing = {
  mode: 'existing',
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
  zones: ['ap-southeast-2a', 'ap-southeast-2b'],
};

export const shape: readonly Refusal[] = [
  [
    'a block that is too small',
    { network: { cidr: '10.0.0.0/25' } },
    "network.cidr: '10.0.0.0/25' is not a block; write it like '10.0.0.0/16', between /16 and /24",
  ],
  [
    'a block that begins inside itself',
    { network: { cidr: '10.0.1.0/16' } },
    "network.cidr: '10.0.1.0/16' does not begin at a multiple of its size; /16 cuts it short",
  ],
  [
    'a block of the internet',
    { network: { cidr: '8.8.0.0/16' } },
    "network.cidr: '8.8.0.0/16' is not a private block; take one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
  ],
  [
    'one zone',
    { network: { zones: ['ap-southeast-2a'] } },
    'network.zones: has 1 of at least 2; RDS wants subnets in two zones',
  ],
  [
    'a zone of another region',
    { network: { zones: ['ap-southeast-2a', 'us-east-1b'] } },
    "network.zones[1]: 'us-east-1b' is not a zone of ap-southeast-2; write it like 'ap-southeast-2a'",
  ],
  [
    'a VPC id without its mode',
    { network: { vpcId: 'vpc-0123456789abcdef0' } },
    "network.vpcId: goes with the mode 'existing'; this is 'create'",
  ],
  [
    'an existing VPC with a bad id',
    { network: { ...existing, vpcId: 'vpc-12' } },
    "network.vpcId: 'vpc-12' is not the id of a VPC; write it like 'vpc-0123456789abcdef0'",
  ],
  [
    'an existing VPC with more subnets than zones',
    { network: { ...existing, subnetIds: [...existing.subnetIds, 'subnet-0123456789abcdef3'] } },
    'network.zones: names 2 zones for 3 subnets; write one for each',
  ],
  [
    'a time without a unit',
    { roles: { app: { statementTimeout: '30' } } },
    "roles.app.statementTimeout: '30' is not a time; write it like '500ms', '30s', '5min', '1h', or 'off'",
  ],
  [
    'a time over 24 days',
    { roles: { app: { statementTimeout: '25d' } } },
    "roles.app.statementTimeout: '25d' is too long; Postgres takes up to 24 days",
  ],
  [
    'a connection limit of none',
    { roles: { app: { connectionLimit: 0 } } },
    "roles.app.connectionLimit: 0 is out of range; Postgres takes 'unlimited' or 1 to 262143",
  ],
  [
    'an empty search path',
    { roles: { app: { searchPath: [] } } },
    'roles.app.searchPath: has 0 of at least 1; name the schemas in the order of the search',
  ],
  [
    "a tag of AWS's own",
    { tags: { 'aws:team': 'shop' } },
    'tags["aws:team"]: \'aws:team\' begins with aws:, which AWS keeps for itself',
  ],
  [
    'a tag of 257 characters',
    { tags: { team: 't'.repeat(257) } },
    "tags.team: 'ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt...' is 257 characters long; AWS takes 256",
  ],
  [
    '41 tags',
    { tags: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`tag${n}`, 'x'])) },
    'tags: has 41 tags; up to 40 leave room for our own among the 50 of AWS',
  ],
  ['an absolute SQL folder', { sql: '/sql' }, "sql: '/sql' is an absolute path; write it relative to the config file"],
  ['yes for true', { production: 'yes' }, "production: 'yes' is not allowed; write true or false"],
  ['a list for a section', { backups: [] }, 'backups: an empty list is not a section; write an object in braces'],
  ['nothing for a section', { backups: null }, 'backups: null is not a section; write an object in braces'],
  ['nothing for the database', { database: null }, 'database: null is not a section; write an object in braces'],
  [
    'nothing for pgvector',
    { database: { extensions: { vector: null } } },
    'database.extensions.vector: null is not a section; write an object in braces',
  ],
  ['no environment', { environments: null }, 'environments: null is not a section; write an object in braces'],
  [
    'a project key in an environment',
    inDev({ name: 'other' }),
    "environments.dev.name: belongs to the project; write it at the top, beside 'environments'",
  ],
];
