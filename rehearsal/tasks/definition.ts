import { RehearsalError } from '../errors';

/** A container of a task, as the template declares it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** When it ends, the task does. */
  readonly essential: boolean;
  /** Paths inside of it, by the volume that they show. */
  readonly mounts: readonly { readonly volume: string; readonly path: string }[];
  readonly after: readonly string[];
  readonly logs: { readonly group: string; readonly prefix: string };
}

export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly taskRoleArn: string | undefined;
  readonly executionRoleArn: string | undefined;
  readonly volumes: readonly string[];
  readonly containers: readonly Container[];
}

type Properties = Readonly<Record<string, unknown>>;

const ofTask = [
  'ContainerDefinitions',
  'Cpu',
  'EphemeralStorage',
  'ExecutionRoleArn',
  'Family',
  'Memory',
  'NetworkMode',
  'RequiresCompatibilities',
  'RuntimePlatform',
  'Tags',
  'TaskRoleArn',
  'Volumes',
];
// What is not among them would have to do something, such as a secret that ECS brings in.
const ofContainer = [
  'Command',
  'Cpu',
  'DependsOn',
  'EntryPoint',
  'Environment',
  'Essential',
  'Image',
  'LogConfiguration',
  'Memory',
  'MountPoints',
  'Name',
  'ReadonlyRootFilesystem',
  'StopTimeout',
];

// One that makes the group would need a right more.
const ofLog = ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix', 'max-buffer-size', 'mode'];

export function parseTaskDefinition(arn: string, family: string, properties: Properties): TaskDefinition {
  knownOnly(properties, ofTask, family);
  if (properties['NetworkMode'] !== 'awsvpc') {
    throw new RehearsalError(`${family}: the rehearsal runs tasks with the network mode awsvpc alone.`);
  }
  const containers = (properties['ContainerDefinitions'] ?? []) as readonly Properties[];
  return {
    arn,
    family,
    taskRoleArn: properties['TaskRoleArn'] as string | undefined,
    executionRoleArn: properties['ExecutionRoleArn'] as string | undefined,
    volumes: ((properties['Volumes'] ?? []) as Properties[]).map((volume) => {
      knownOnly(volume, ['Name', 'Host'], family);
      return String(volume['Name']);
    }),
    containers: containers.map((each) => containerOf(each, family)),
  };
}

function containerOf(properties: Properties, family: string): Container {
  const name = String(properties['Name']);
  const where = `${family}/${name}`;
  knownOnly(properties, ofContainer, where);
  const logs = (properties['LogConfiguration'] ?? {}) as {
    readonly LogDriver?: string;
    readonly Options?: Readonly<Record<string, string>>;
  };
  if (logs.LogDriver !== 'awslogs') throw new RehearsalError(`${where}: the rehearsal keeps logs of awslogs alone.`);
  knownOnly(logs.Options ?? {}, ofLog, where);
  const after = (properties['DependsOn'] ?? []) as readonly { Condition: string; ContainerName: string }[];
  const other = after.find(({ Condition }) => Condition !== 'START');
  if (other) throw new RehearsalError(`${where}: the rehearsal does not know the condition ${other.Condition}.`);
  return {
    name,
    image: String(properties['Image']),
    entryPoint: (properties['EntryPoint'] ?? []) as string[],
    command: (properties['Command'] ?? []) as string[],
    environment: environmentOf(properties['Environment'], 'Name', 'Value'),
    essential: String(properties['Essential'] ?? true) === 'true',
    mounts: ((properties['MountPoints'] ?? []) as Properties[]).map(({ SourceVolume, ContainerPath }) => ({
      volume: String(SourceVolume),
      path: String(ContainerPath),
    })),
    after: after.map(({ ContainerName }) => ContainerName),
    logs: {
      group: logs.Options?.['awslogs-group'] ?? '',
      prefix: logs.Options?.['awslogs-stream-prefix'] ?? 'ecs',
    },
  };
}

/** A list of names with values; the template and the API write its members differently. */
export function environmentOf(list: unknown, key: string, value: string): Record<string, string> {
  return Object.fromEntries(((list ?? []) as Properties[]).map((each) => [String(each[key]), String(each[value])]));
}

function knownOnly(properties: Properties, known: readonly string[], where: string): void {
  const unknown = Object.keys(properties).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RehearsalError(`${where}: the rehearsal does not know the property ${unknown}.`);
}
