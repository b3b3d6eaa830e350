import type { Account } from '../account';
import type { Authorizer } from '../iam/authorizer';
import type { Logs } from '../logs';
import { onlyAs } from './strict';
import { ResourceFailure, type ResourceType } from './type';

const service = 'vpc-flow-logs.amazonaws.com';
const actions = ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'];
const type = 'AWS::EC2::FlowLog';

/** Flow logs see no packets here; what is checked is whether they could be delivered. */
export function flowLogTypes(authorizer: Authorizer): Readonly<Record<string, ResourceType>> {
  return {
    [type]: {
      replacing: [
        'ResourceId',
        'ResourceType',
        'TrafficType',
        'LogGroupName',
        'DeliverLogsPermissionArn',
        'LogDestinationType',
      ],
      known: [
        ...['DeliverLogsPermissionArn', 'LogDestinationType', 'LogGroupName', 'MaxAggregationInterval', 'ResourceId'],
        ...['ResourceType', 'Tags', 'TrafficType'],
      ],
      create: async (request) => {
        onlyAs(request, 'LogDestinationType', 'cloud-watch-logs');
        const { account, properties } = request;
        const roleArn = properties['DeliverLogsPermissionArn'];
        const id = `fl-${account.random(17)}`;
        const source = account.arn('ec2', `vpc-flow-log/${id}`);
        const distrust = roleArn !== undefined && authorizer.services.whyNotAssumed(String(roleArn), service, source);
        if (distrust) throw new ResourceFailure(`Access denied for the delivery of flow logs. ${distrust}`);
        return { id };
      },
      update: async ({ id }) => ({ id }),
    },
  };
}

/** A delivery of each, some minutes after its creation; throws the refusal. */
export function deliverFlowLogs(account: Account, authorizer: Authorizer, logs: Logs): void {
  for (const { properties } of account.ofType(type)) {
    const roleArn = properties['DeliverLogsPermissionArn'];
    if (roleArn === undefined) continue;
    const group = String(properties['LogGroupName']);
    const streams = account.arn('logs', `log-group:${group}:log-stream:`);
    const caller = { arn: String(roleArn), roleArn: String(roleArn) };
    if (!logs.has(group)) authorizer.check(caller, { action: 'logs:CreateLogGroup', resource: streams });
    for (const action of actions) authorizer.check(caller, { action, resource: `${streams}flow` });
  }
}
