import { Duration, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bundleOf } from '../bundling/bundle';
import type { Environment } from '../config';
import { allow } from './allow';
import { DatabaseFunction } from './database-function';
import type { DatabaseTask } from './database-task';
import { drillDumpTask } from './drill-dump-task';
import type { DrillDump as DrillDumpDefinition } from './drill-parts';
import type { DrillsProps } from './drill-props';
import type { Dumps } from './dumps';
import { allowTask } from './task-rights';

// Some hundred GiB with their indexes; what takes longer is stuck.
const loadMinutes = 6 * 60;

const madeUp =
  'The name is made up while a drill runs; the star stands behind a prefix of RDS, and a tag ties it to the drills.';

/** What a drill of dumps has beside the others: the function that brings the roles, and the task that loads the dump. */
export class DrillDump extends Construct {
  readonly definition: DrillDumpDefinition;
  private readonly task: DatabaseTask;

  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    { network, database, bundles }: DrillsProps,
    private readonly dumps: Dumps,
    temporaryPrefix: string,
  ) {
    super(scope, id);
    const { function: roles, role } = new DatabaseFunction(this, 'Roles', {
      description: 'Brings the roles, which no dump holds, to an instance of a drill',
      bundle: bundleOf(bundles, 'drill-roles'),
      network,
      key: database.key,
      timeout: Duration.minutes(5),
      memoryMiB: 256,
    });
    this.allowRoles(role, environment, database.key.keyArn, temporaryPrefix);
    this.task = drillDumpTask(this, environment, temporaryPrefix, database, dumps);
    this.definition = {
      roles: roles.functionArn,
      task: {
        cluster: dumps.cluster.name,
        definition: this.task.definition.taskDefinitionArn,
        subnets: network.vpc.selectSubnets(network.functionSubnets).subnetIds,
        securityGroups: [network.functions.securityGroupId],
        logGroup: `/aws/ecs/${environment.prefix}-drill-load`,
        minutes: loadMinutes,
      },
    };
  }

  /** For the machine. */
  allowLoading(role: iam.Role): void {
    allowTask(role, this.task, this.dumps.cluster);
  }

  private allowRoles(role: iam.Role, { connectionParameters }: Environment, keyArn: string, prefix: string): void {
    const { partition, region, account } = Stack.of(this);
    const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
    allow(
      role,
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [arn('secretsmanager', 'secret:rds!db-*')],
        conditions: { ArnLike: { 'aws:ResourceTag/aws:rds:primaryDBInstanceArn': arn('rds', `db:${prefix}*`) } },
      },
      madeUp,
    );
    const parameter = connectionParameters.app.replace(/^\//, '');
    allow(role, { actions: ['ssm:GetParameter'], resources: [arn('ssm', `parameter/${parameter}`)] });
    allow(role, { actions: ['kms:Decrypt'], resources: [keyArn] });
  }
}
