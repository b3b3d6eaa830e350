import type { Account } from '../account';
import { type Call, members, type Service } from '../cloud/call';
import { AwsError, UnknownToRehearsal } from '../cloud/errors';
import { environmentOf } from '../tasks/definition';
import type { Task, Tasks } from './tasks';

type Input = Readonly<Record<string, unknown>>;

/** The calls of ECS that run a task, look at it and stop it. */
export function tasksService(account: Account, tasks: Tasks): Service {
  const clusterOf = (name: unknown) => {
    const found = account
      .ofType('AWS::ECS::Cluster')
      .find(({ id, attributes }) => id === name || attributes['Arn'] === name);
    if (found) return { name: found.id, arn: String(found.attributes['Arn']) };
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  };
  return {
    name: 'ecs',
    protocol: 'json',
    camelCase: true,
    operations: {
      RunTask: async (input, call) => {
        const known = ['cluster', 'taskDefinition', 'networkConfiguration', 'overrides', 'clientToken'] as const;
        const given = members(input, [...known, 'launchType', 'count', 'tags'], ['platformVersion', 'propagateTags']);
        if (given.launchType !== 'FARGATE') throw new AwsError('InvalidParameterException', 'Only FARGATE runs here.');
        if (Number(given.count ?? 1) !== 1)
          throw new UnknownToRehearsal(`a count of ${given.count} tasks, only of one`);
        const cluster = clusterOf(given.cluster);
        const definition = tasks.definition(String(given.taskDefinition));
        call.authorize('ecs:RunTask', definition.arn, { 'ecs:cluster': cluster.arn });
        passRoles(call, [definition.taskRoleArn, definition.executionRoleArn]);
        if (given.tags !== undefined) {
          call.authorize('ecs:TagResource', account.arn('ecs', `task/${cluster.name}/*`), {
            'ecs:CreateAction': 'RunTask',
          });
        }
        const task = tasks.run({
          cluster: cluster.name,
          definition: definition.arn,
          seat: seatOf(given.networkConfiguration as Input | undefined),
          environment: overridesOf(given.overrides as Input | undefined),
          token: given.clientToken === undefined ? undefined : String(given.clientToken),
        });
        return { tasks: [shown(task)], failures: [] };
      },
      DescribeTasks: async (input, call) => {
        const given = members(input, ['cluster', 'tasks']);
        const cluster = clusterOf(given.cluster);
        const arns = (given.tasks ?? []) as string[];
        for (const arn of arns) call.authorize('ecs:DescribeTasks', arn, { 'ecs:cluster': cluster.arn });
        return {
          tasks: arns.flatMap((arn) => (tasks.tasks.has(arn) ? shown(tasks.tasks.get(arn) as Task) : [])),
          failures: arns.filter((arn) => !tasks.tasks.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
        };
      },
      StopTask: async (input, call) => {
        const given = members(input, ['cluster', 'task', 'reason']);
        const cluster = clusterOf(given.cluster);
        const arn = String(given.task);
        call.authorize('ecs:StopTask', arn, { 'ecs:cluster': cluster.arn });
        const task = tasks.tasks.get(arn);
        if (!task) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
        await tasks.stop(task, String(given.reason ?? 'Task stopped by user'));
        return { task: shown(task) };
      },
    },
  };

  /** Whoever runs a task hands its roles over. */
  function passRoles(call: Call, roles: readonly (string | undefined)[]): void {
    for (const role of roles) {
      if (role !== undefined)
        call.authorize('iam:PassRole', role, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' });
    }
    const distrusting = roles.flatMap((role) => (role === undefined ? [] : (tasks.distrust(role) ?? [])));
    if (distrusting.length > 0)
      throw new AwsError('ClientException', `ECS was unable to assume the role. ${distrusting[0]}`);
  }
}

function seatOf(given: Input | undefined) {
  const { awsvpcConfiguration = {} } = (given ?? {}) as { readonly awsvpcConfiguration?: Input };
  const known = members(awsvpcConfiguration, ['subnets', 'securityGroups', 'assignPublicIp']);
  if (known.assignPublicIp !== undefined && known.assignPublicIp !== 'DISABLED') {
    throw new AwsError('NotKnownToTheRehearsal', 'The rehearsal gives no task a public address.', 501);
  }
  return { subnets: (known.subnets ?? []) as string[], securityGroups: (known.securityGroups ?? []) as string[] };
}

function overridesOf(given: Input | undefined): Record<string, Record<string, string>> {
  const { containerOverrides = [] } = members(given ?? {}, ['containerOverrides']);
  return Object.fromEntries(
    (containerOverrides as Input[]).map((each) => {
      const { name, environment } = members(each, ['name', 'environment']);
      return [String(name), environmentOf(environment, 'name', 'value')];
    }),
  );
}

const shown = ({ arn, cluster, definition, status, stopCode, stoppedReason, containers, created }: Task) => ({
  taskArn: arn,
  clusterArn: cluster,
  taskDefinitionArn: definition.arn,
  lastStatus: status,
  createdAt: created,
  ...(status === 'STOPPED' && { stopCode, stoppedReason }),
  containers: containers.map(({ name, exitCode, reason }) => ({
    name,
    lastStatus: status,
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
  })),
});
