import type { Account } from '../account';
import type { Authorizer } from '../iam/authorizer';
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
        const distrust = roleArn !== undefined && authorizer.services.whyNotAssumed(String(roleArn), service);
        if (distrust) throw new ResourceFailure(`Access denied for the delivery of flow logs. ${distrust}`);
        return { id: `fl-${account.random(17)}` };
      },
      update: async ({ id }) => ({ id }),
    },
  };
}

/** A delivery of each, some minutes after its creation; throws the refusal. */
export function deliverFlowLogs(account: Account, authorizer: Authorizer): void {
  for (const { properties } of account.ofType(type)) {
    const roleArn = properties['DeliverLogsPermissionArn'];
    if (roleArn === undefined) continue;
    const stream = account.arn('logs', `log-group:${properties['LogGroupName']}:log-stream:flow`);
    const caller = { arn: String(roleArn), roleArn: String(roleArn) };
    for (const action of actions) authorizer.check(caller, { action, resource: stream });
  }
}
