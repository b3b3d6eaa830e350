import type { Manifest } from '../heartbeat/contract';
import type { Deadline } from '../shared/clock';
import type { Session } from '../shared/database';
import type { BundledProject, CheckResult, DrillCheckInput, Evidence } from './contract';

/** What a check found. What it throws is a failure, too. */
export interface Finding {
  readonly passed: boolean;
  readonly found: string;
  readonly warning?: string | undefined;
  readonly evidence?: Evidence | undefined;
}

export interface Check<C> {
  readonly name: string;
  readonly title: string;
  readonly expected: string;
  readonly help?: string | undefined;
  readonly run: (context: C) => Promise<Finding>;
}

/** What all checks of the data are given; the session is in the transaction with the common snapshot. */
export interface Reading {
  readonly session: Session;
  readonly input: DrillCheckInput;
  readonly project: BundledProject;
  readonly until: Deadline;
  /** What the copy is now, and what it was by its own books: the oldest first. */
  readonly now: Manifest;
  readonly manifests: readonly Manifest[];
}

export type ReadingCheck = Check<Reading>;

/** Runs one check. Whatever it throws becomes its finding. */
export async function runCheck<C>(check: Check<C>, context: C): Promise<CheckResult> {
  const start = performance.now();
  const outcome = await check.run(context).catch(failed);
  return result(check, outcome, performance.now() - start);
}

export function result<C>(
  { name, title, expected, help }: Omit<Check<C>, 'run'>,
  { passed, found, warning, evidence }: Finding,
  milliseconds = 0,
): CheckResult {
  return {
    ...{ Name: name, Title: title, Passed: passed, Expected: expected, Found: found },
    ...(warning !== undefined && { Warning: warning }),
    ...(help !== undefined && { Help: help }),
    Milliseconds: Math.round(milliseconds),
    ...(evidence !== undefined && { Evidence: evidence }),
  };
}

export const failed = (error: unknown): Finding => ({ passed: false, found: `The check ended with: ${reason(error)}` });

// Of these classes the message names what was written or how the server is: syntax, features, rights, locks, limits,
// transactions, connections, corruption. Any other may quote a value out of a row.
const harmless = /^(08|0A|25|3D|3F|40|42|53|54|55|57|58|XX)/;

/** An error in words that hold nothing out of a row. */
export function reason(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return message ?? String(error);
  if (code === '57014') return 'the server stopped a statement that took too long (57014)';
  return harmless.test(code) ? `${message} (${code})` : `PostgreSQL stopped it with the SQLSTATE ${code}`;
}

const most = 12;

/** The first few of a list, for a sentence. */
export function listed(items: readonly string[], at = most): string {
  return items.length <= at ? items.join(', ') : `${items.slice(0, at).join(', ')} and ${items.length - at} more`;
}

export const sentences = (items: readonly string[], at = 5): string =>
  items.length <= at ? items.join(' ') : `${items.slice(0, at).join(' ')} And ${items.length - at} more.`;

/** Whether a manifest is of the schema that the copy has: then whatever differs was lost, and not migrated. */
export const sameLedger = (now: Manifest, then: Manifest | undefined): then is Manifest =>
  then !== undefined && now.ledger.digest === then.ledger.digest;
