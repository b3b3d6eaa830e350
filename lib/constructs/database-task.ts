import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './instance-exceptions';
import { taskImages } from './task-images';

export interface DatabaseTaskProps {
  readonly description: string;
  readonly family: string;
  readonly key: kms.IKey;
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Beyond the 20 GiB that every task has. */
  readonly storageGiB?: number;
  /** Names of the files in tasks/ that the two containers run. */
  readonly scripts: { readonly postgres: string; readonly storage: string };
  readonly environment: {
    readonly postgres: Readonly<Record<string, string>>;
    readonly storage: Readonly<Record<string, string>>;
  };
}

const scripts = join(__dirname, '..', '..', 'tasks');
export const scriptOf = (name: string) => readFileSync(join(scripts, name), 'utf8');

// Where both containers see the same folder.
const work = '/work';

/**
 * A task with PostgreSQL's own programs beside the AWS CLI, each in the image that its makers keep. The scripts stand in
 * the template: what runs is in the diff, and nothing has to be built or pushed.
 */
export class DatabaseTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;
  readonly role: iam.Role;
  readonly executionRole: iam.Role;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: DatabaseTaskProps) {
    super(scope, id);
    const { family, key, storageGiB, description } = props;
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/ecs/${family}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.roleFor('Role', description);
    this.executionRole = this.roleFor('ExecutionRole', `${description}: what ECS does to begin it`);
    this.definition = new ecs.FargateTaskDefinition(this, 'Task', {
      family,
      cpu: props.cpu,
      memoryLimitMiB: props.memoryMiB,
      ...(storageGiB !== undefined && storageGiB > 20 && { ephemeralStorageGiB: storageGiB }),
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole: this.role,
      executionRole: this.executionRole,
      volumes: [{ name: 'work' }],
    });
    const postgres = this.addContainer('postgres', props);
    const storage = this.addContainer('storage', props);
    storage.addContainerDependencies({ container: postgres, condition: ecs.ContainerDependencyCondition.START });
    acknowledge(
      this.definition,
      'ECS2',
      'What stands in the environment are names, ARNs and settings; the login is read from its secret while the task runs.',
    );
  }

  private addContainer(name: 'postgres' | 'storage', props: DatabaseTaskProps): ecs.ContainerDefinition {
    const container = this.definition.addContainer(name, {
      image: ecs.ContainerImage.fromRegistry(taskImages[name]),
      entryPoint: ['bash', '-c'],
      command: [scriptOf(props.scripts[name])],
      environment: {
        ...props.environment[name],
        AWS_DEFAULT_REGION: Stack.of(this).region,
        PLINTH_WORK: work,
      },
      // The task lives by the one that ends last.
      essential: name === 'storage',
      readonlyRootFilesystem: true,
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'task', logGroup: this.logGroup }),
    });
    container.addMountPoints({ sourceVolume: 'work', containerPath: work, readOnly: false });
    return container;
  }

  private roleFor(id: string, description: string): iam.Role {
    return new iam.Role(this, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), description });
  }
}
