import { property, type Recorded } from './recorded-kind';

const lastOf = (arn: string) => arn.split('/').at(-1) ?? '';

/** What keeps watch, keeps copies and keeps time: backups, alarms, rules and schedules, containers. */
export const recordedOperations: Readonly<Record<string, Recorded>> = {
  'AWS::Backup::BackupVault': {
    name: 'BackupVaultName',
    replacing: ['BackupVaultName', 'EncryptionKeyArn'],
    attributes: (id, { account }) => ({
      BackupVaultName: id,
      BackupVaultArn: account.arn('backup', `backup-vault:${id}`),
    }),
  },
  'AWS::Backup::BackupPlan': {
    prefix: 'plan',
    attributes: (id, { account }) => ({
      BackupPlanId: id,
      BackupPlanArn: account.arn('backup', `backup-plan:${id}`),
      VersionId: account.random(48),
    }),
  },
  'AWS::Backup::BackupSelection': {
    prefix: 'selection',
    replacing: ['BackupPlanId', 'BackupSelection'],
    attributes: (id, request) => ({ Id: id, SelectionId: id, BackupPlanId: property(request, 'BackupPlanId') }),
  },
  'AWS::Backup::RestoreTestingPlan': {
    name: 'RestoreTestingPlanName',
    replacing: ['RestoreTestingPlanName'],
    attributes: (id, { account }) => ({
      RestoreTestingPlanName: id,
      RestoreTestingPlanArn: account.arn('backup', `restore-testing-plan:${id}-${account.random(8)}`),
    }),
  },
  'AWS::Backup::RestoreTestingSelection': {
    prefix: 'restore-testing-selection',
    replacing: ['RestoreTestingPlanName', 'RestoreTestingSelectionName', 'ProtectedResourceType'],
  },
  'AWS::CloudWatch::Alarm': {
    name: 'AlarmName',
    replacing: ['AlarmName'],
    attributes: (id, { account }) => ({ Arn: account.arn('cloudwatch', `alarm:${id}`) }),
  },
  'AWS::CloudWatch::CompositeAlarm': {
    name: 'AlarmName',
    replacing: ['AlarmName'],
    attributes: (id, { account }) => ({ Arn: account.arn('cloudwatch', `alarm:${id}`) }),
  },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName', replacing: ['DashboardName'] },
  'AWS::ECS::Cluster': {
    name: 'ClusterName',
    replacing: ['ClusterName'],
    attributes: (id, { account }) => ({ Arn: account.arn('ecs', `cluster/${id}`) }),
  },
  // A clock of these never strikes by itself: `cloud.schedules` fires them.
  'AWS::Events::Rule': {
    name: 'Name',
    uniqueIn: 'EventBusName',
    replacing: ['Name', 'EventBusName'],
    attributes: (id, { account }) => ({ Arn: account.arn('events', `rule/${id}`) }),
  },
  'AWS::Scheduler::Schedule': {
    name: 'Name',
    uniqueIn: 'GroupName',
    replacing: ['Name'],
    attributes: (id, request) => ({
      Arn: request.account.arn('scheduler', `schedule/${property(request, 'GroupName') ?? 'default'}/${id}`),
    }),
  },
  'AWS::Scheduler::ScheduleGroup': {
    name: 'Name',
    replacing: ['Name'],
    attributes: (id, { account }) => ({ Arn: account.arn('scheduler', `schedule-group/${id}`), State: 'ACTIVE' }),
  },
  'AWS::Lambda::EventInvokeConfig': { prefix: 'invoke', replacing: ['FunctionName', 'Qualifier'] },
  'AWS::Logs::MetricFilter': {
    name: 'FilterName',
    uniqueIn: 'LogGroupName',
    replacing: ['FilterName', 'LogGroupName'],
  },
  'AWS::Logs::QueryDefinition': { prefix: 'query', attributes: (id) => ({ QueryDefinitionId: id }) },
  'AWS::Logs::SubscriptionFilter': {
    name: 'FilterName',
    uniqueIn: 'LogGroupName',
    replacing: ['FilterName', 'LogGroupName'],
  },
  'AWS::SQS::Queue': {
    name: 'QueueName',
    replacing: ['QueueName', 'FifoQueue'],
    id: (name, { account }) => `https://sqs.${account.region}.amazonaws.com/${account.id}/${name}`,
    attributes: (id, { account }) => ({ Arn: account.arn('sqs', lastOf(id)), QueueName: lastOf(id), QueueUrl: id }),
  },
  'AWS::SQS::QueuePolicy': { prefix: 'policy' },
};
