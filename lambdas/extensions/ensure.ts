import { withAdvisoryLock } from '../shared/advisory-lock';
import type { Clock, Deadline } from '../shared/clock';
import type { Session } from '../shared/database';
import { OperationError } from '../shared/errors';
import type { ExtensionResult, ExtensionsInput, ExtensionsResult } from './contract';
import { readOffers } from './offered';
import { type ExtensionPlan, planExtensions } from './plan';

/** Creates and updates the declared extensions in the database of this session. Run again, it changes nothing. */
export async function ensureExtensions(
  session: Session,
  { extensions }: ExtensionsInput,
  waiting: { readonly until: Deadline; readonly clock?: Clock },
): Promise<ExtensionsResult> {
  return withAdvisoryLock(session, 'extensions', waiting, async () => {
    const plans = planExtensions(extensions, await readOffers(session));
    for (const plan of plans) await carryOut(session, plan);
    const after = await readOffers(session);
    const results = plans.map(({ name, previous }): ExtensionResult => {
      const { installed, schema } = after.get(name) ?? {};
      return { name, schema: schema ?? '', version: installed ?? '', previous };
    });
    const warnings = plans.flatMap(({ warning }) => warning ?? []);
    return { extensions: results, warnings, summary: [...results.map(told), ...warnings] };
  });
}

async function carryOut(session: Session, { name, sql, target, previous }: ExtensionPlan): Promise<void> {
  if (sql === undefined) return;
  try {
    await session.query(sql);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const advice = {
      '42501': '; on RDS it takes a member of rds_superuser, or the owner of the extension',
      '58P01': '; the files of the extension on the server are not complete',
      '0A000': '; the server refuses extensions of this kind, on RDS by the parameter rds.allowed_extensions',
    }[code ?? ''];
    const what = previous === undefined ? `created at ${target}` : `updated from ${previous} to ${target}`;
    throw new OperationError(`The extension "${name}" could not be ${what}: ${message} (${code})${advice ?? ''}.`);
  }
}

function told({ name, schema, version, previous }: ExtensionResult): string {
  if (previous === undefined) return `Extension ${name}: created at ${version} in the schema ${schema}.`;
  if (previous !== version) return `Extension ${name}: ${previous} -> ${version}, in the schema ${schema}.`;
  return `Extension ${name}: stays at ${version} in the schema ${schema}.`;
}
