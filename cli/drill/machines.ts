import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  paginateListExecutions,
  paginateListStateMachines,
} from '@aws-sdk/client-sfn';
import { OperationError } from '../../lambdas/shared/errors';
import type { DrillKind, Environment } from '../../lib/config/project';
import { type AwsAccount, spokenByAws } from '../aws/account';

export interface Machine {
  readonly kind: DrillKind;
  readonly arn: string;
}

/** The machines of the kinds that the config has, by their names. */
export async function machinesOf({ sfn, region }: AwsAccount, { prefix, drills }: Environment): Promise<Machine[]> {
  const arns = new Map<string, string>();
  await spokenByAws(async () => {
    for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
      for (const { name = '', stateMachineArn = '' } of stateMachines) arns.set(name, stateMachineArn);
    }
  });
  const found = drills.kinds.flatMap((kind) => {
    const arn = arns.get(`${prefix}-drill-${kind}`);
    return arn === undefined ? [] : [{ kind, arn }];
  });
  if (found.length > 0) return found;
  throw new OperationError(
    `There are no drills of ${prefix} in ${region} of the account that you are signed in to; deploy ${prefix}-protection.`,
  );
}

export interface Run extends ExecutionListItem {
  readonly kind: DrillKind;
}

/** The last executions of all machines, the newest first. */
export async function runsOf({ sfn }: AwsAccount, machines: readonly Machine[], most: number): Promise<Run[]> {
  const runs: Run[] = [];
  await spokenByAws(async () => {
    for (const { kind, arn } of machines) {
      let left = most;
      for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn: arn })) {
        runs.push(...executions.slice(0, left).map((each) => ({ ...each, kind })));
        left -= executions.length;
        if (left <= 0) break;
      }
    }
  });
  return runs.sort((a, b) => Number(b.startDate) - Number(a.startDate)).slice(0, most);
}

export const describe = ({ sfn }: AwsAccount, executionArn: string) =>
  spokenByAws(() => sfn.send(new DescribeExecutionCommand({ executionArn })));
