import { RDSClient } from '@aws-sdk/client-rds';
import { paginateListStateMachines, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RecoveryPlan, RecoveryPlanSettings, RecoveryRequest } from '../../lambdas/recovery-plan/contract';
import { planRecovery } from '../../lambdas/recovery-plan/plan';
import { type Sight, sightOf } from '../../lambdas/recovery-plan/sight';
import { StillRenaming } from '../../lambdas/recovery-plan/stand';
import { OperationError } from '../../lambdas/shared/errors';
import type { Environment } from '../../lib/config';
import { recoveryMachine } from '../../lib/constructs/recovery-parts';
import { type AwsAccount, spokenByAws } from '../aws/account';

/** The machine of an environment, and what it sees. */
export interface Place {
  readonly environment: Environment;
  readonly account: AwsAccount;
  readonly sight: Sight;
  readonly settings: RecoveryPlanSettings;
  readonly close: () => void;
}

export async function placeOf(account: AwsAccount, environment: Environment): Promise<Place> {
  const { prefix, name, region, recovery } = environment;
  const wanted = recoveryMachine(prefix);
  const Machine = await spokenByAws(async () => {
    for await (const { stateMachines = [] } of paginateListStateMachines({ client: account.sfn }, {})) {
      const found = stateMachines.find((each) => each.name === wanted);
      if (found?.stateMachineArn !== undefined) return found.stateMachineArn;
    }
    throw new OperationError(
      `There is no state machine ${wanted} in ${region} of the account that you are signed in to; deploy ${prefix}-protection, or recover by hand (docs/runbook.md).`,
    );
  });
  const rds = new RDSClient({ region });
  return {
    environment,
    account,
    sight: sightOf(rds, account.sfn),
    settings: { Instance: prefix, Environment: name, Machine, KeepDays: recovery.keepDays },
    close: () => rds.destroy(),
  };
}

const renamingEveryMs = 5_000;
// Twice what AWS says that it takes.
const renamingTries = 240;

/** What would be done now, by the very code that the machine asks. A renaming is waited for, as the machine does. */
export async function planned(
  { sight, settings }: Place,
  request: RecoveryRequest,
  say: (line: string) => void,
): Promise<RecoveryPlan> {
  for (let left = renamingTries; ; left--) {
    try {
      return await spokenByAws(() => planRecovery(sight, settings, request, { now: new Date() }));
    } catch (error) {
      if (!(error instanceof StillRenaming)) throw error;
      if (left === 0) throw new OperationError(error.message);
      if (left === renamingTries) say(`Waiting: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, renamingEveryMs));
    }
  }
}

export async function start({ account, settings }: Place, request: RecoveryRequest): Promise<string> {
  const { executionArn = '' } = await spokenByAws(() =>
    account.sfn.send(new StartExecutionCommand({ stateMachineArn: settings.Machine, input: JSON.stringify(request) })),
  );
  return executionArn;
}
