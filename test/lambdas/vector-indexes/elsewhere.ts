import { readFileSync } from 'node:fs';
import { type ConnectionTarget, withSession } from '../../../lambdas/shared/database';
import type { VectorIndexesInput } from '../../../lambdas/vector-indexes/contract';
import { type ReconcileOptions, reconcile } from '../../../lambdas/vector-indexes/reconcile';

interface Order {
  readonly target: ConnectionTarget;
  readonly input: VectorIndexesInput;
  readonly detached: boolean;
}

const { target, input, detached }: Order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

withSession(target, { applicationName: 'elsewhere' }, async (session) => {
  const connect: ReconcileOptions = detached
    ? { connect: (settings, work) => withSession(target, settings, work) }
    : {};
  const result = await reconcile(session, input, connect);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  // Whoever started this ends it: a process that is killed must not have had the time to tidy up.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
