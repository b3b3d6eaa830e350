import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { allow } from './allow';
import type { DatabaseTask } from './database-task';

/** What a machine needs to run one task, to follow it and to stop it. */
export function allowTask(
  role: iam.Role,
  task: DatabaseTask,
  cluster: { readonly name: string; readonly arn: string },
) {
  const { partition, region, account } = Stack.of(task);
  const inCluster = { ArnEquals: { 'ecs:cluster': cluster.arn } };
  allow(role, { actions: ['ecs:RunTask'], resources: [task.definition.taskDefinitionArn], conditions: inCluster });
  allow(
    role,
    {
      actions: ['ecs:DescribeTasks', 'ecs:StopTask'],
      resources: [`arn:${partition}:ecs:${region}:${account}:task/${cluster.name}/*`],
      conditions: inCluster,
    },
    'The identifier of a task is made up when it runs; the star stands behind the cluster of this environment.',
  );
  allow(role, {
    actions: ['iam:PassRole'],
    resources: [task.role.roleArn, task.executionRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  });
}
