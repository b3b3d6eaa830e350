import { nameOf, type Resource, resourcesOf, type Template, type Templates } from './templates';

/** A resource that holds data, or that the data cannot be reached or read without. */
export interface Holding {
  /** For a sentence: `the database shop-prod`. */
  readonly what: string;
  /** What goes when it is deleted, as the end of a sentence that begins with "would delete it". */
  readonly loss: string;
  /** What a replacement would be, such as `new, empty`. */
  readonly anew: string;
}

interface Kind {
  readonly word: string;
  readonly loss: string;
  readonly anew: string;
}

const empty = 'a new, empty one';
const another = 'another one';

const kinds: Readonly<Record<string, Kind>> = {
  'AWS::RDS::DBInstance': { word: 'the database', loss: 'with everything in it', anew: empty },
  'AWS::RDS::DBCluster': { word: 'the database cluster', loss: 'with everything in it', anew: empty },
  'AWS::KMS::Key': {
    word: 'the encryption key',
    loss: 'and nobody could read again what is encrypted with it: the database, its backups, its secrets',
    anew: another,
  },
  'AWS::SecretsManager::Secret': {
    word: 'the secret',
    loss: 'with the password in it',
    anew: 'one with another password',
  },
  'AWS::S3::Bucket': { word: 'the bucket', loss: 'with everything in it', anew: empty },
  'AWS::Backup::BackupVault': { word: 'the backup vault', loss: 'with the backups in it', anew: empty },
  'AWS::DynamoDB::Table': { word: 'the table', loss: 'with everything in it', anew: empty },
  'AWS::EC2::VPC': { word: 'the network', loss: 'and cut the database off', anew: another },
  'AWS::RDS::DBSubnetGroup': { word: 'the subnet group', loss: 'and cut the database off', anew: another },
};

/** The smaller, the worse it is to lose. */
export function rankOf(type: string): number {
  const at = Object.keys(kinds).indexOf(type);
  return at < 0 ? Object.keys(kinds).length : at;
}

/** These matter only where a database stands in them: others come and go with the config. */
const whereUsed: Readonly<Record<string, Kind>> = {
  'AWS::EC2::Subnet': { word: 'the subnet of the database', loss: 'and cut the database off', anew: another },
  'AWS::EC2::SecurityGroup': { word: 'the security group of the database', loss: 'and cut it off', anew: another },
};

/** Whatever else the template says is to be kept. */
const keptAs = (type: string): Kind => ({
  word: keptWords[type] ?? `the ${type}`,
  loss: 'though it was to be kept',
  anew: another,
});
const keptWords: Readonly<Record<string, string>> = {
  'AWS::Logs::LogGroup': 'the log group',
  'AWS::RDS::DBParameterGroup': 'the parameter group',
};

/** A copy of another instance holds nothing of its own. */
export const isReplica = ({ Type, Properties = {} }: Resource): boolean =>
  Type === 'AWS::RDS::DBInstance' && Properties['SourceDBInstanceIdentifier'] !== undefined;

/** What a resource holds; undefined where it can be made again at any time. */
export function holdingOf(templates: Templates, stack: string, id: string): Holding | undefined {
  const resource = templates[stack]?.Resources?.[id];
  if (resource === undefined || isReplica(resource)) return undefined;
  const kind =
    kinds[resource.Type] ??
    (usedByDatabase(templates).has(`${stack}/${id}`) ? whereUsed[resource.Type] : undefined) ??
    (['Retain', 'RetainExceptOnCreate', 'Snapshot'].includes(resource.DeletionPolicy ?? '')
      ? keptAs(resource.Type)
      : undefined);
  return kind && { what: `${kind.word} ${nameOf(id, resource)}`, loss: kind.loss, anew: kind.anew };
}

const used = new WeakMap<Templates, ReadonlySet<string>>();

/** `<stack>/<logical id>` of each subnet and security group of a database. */
function usedByDatabase(templates: Templates): ReadonlySet<string> {
  const known = used.get(templates);
  if (known) return known;
  const found = new Set<string>();
  for (const [stack, template] of Object.entries(templates)) {
    for (const [, { Type, Properties = {} }] of resourcesOf(template)) {
      if (Type === 'AWS::RDS::DBSubnetGroup') collect(Properties['SubnetIds'], stack);
      if (Type === 'AWS::RDS::DBInstance') collect(Properties['VPCSecurityGroups'], stack);
    }
  }
  used.set(templates, found);
  return found;

  function collect(references: unknown, stack: string): void {
    for (const reference of Array.isArray(references) ? references : []) {
      const target = targetOf(templates, stack, reference);
      if (target !== undefined) found.add(target);
    }
  }
}

/** What a reference, an attribute or an imported value stands for, as `<stack>/<logical id>`. */
export function targetOf(templates: Templates, stack: string, reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = reference as Readonly<Record<string, unknown>>;
  if (typeof Ref === 'string') return `${stack}/${Ref}`;
  if (Array.isArray(attribute)) return `${stack}/${String(attribute[0])}`;
  if (typeof imported !== 'string') return undefined;
  for (const [other, template] of Object.entries(templates)) {
    const exported = exportOf(template, imported);
    if (exported !== undefined) return targetOf(templates, other, exported);
  }
  return undefined;
}

const exportOf = ({ Outputs = {} }: Template, name: string): unknown =>
  Object.values(Outputs).find(({ Export }) => Export?.Name === name)?.Value;
