import type { Session } from '../shared/database';
import type { MigrationSet } from './contract';
import { readLedger } from './run/ledger';
import { plan } from './run/plan';
import { type RunOptions, resolveSettings } from './run/settings';
import { unifiedDiff } from './schema/diff';
import { fingerprintOf, renderSchema } from './schema/render';

export interface VerifyOptions extends RunOptions {
  /** The committed text of `sql/schema.sql`; without it only the ledger is looked at. */
  readonly expectedSchema?: string | undefined;
  /** Indexes that another operation makes from the config. */
  readonly ignoreIndexes?: readonly string[] | undefined;
}

export interface Verification {
  /** True where the ledger, the files and the schema agree, and nothing is pending. */
  readonly ok: boolean;
  /** What is wrong between ledger and files, in sentences. */
  readonly problems: readonly string[];
  readonly unknown: readonly string[];
  /** SHA-256 of the live schema, and of the committed one. */
  readonly fingerprint: string;
  readonly expectedFingerprint?: string;
  /** From the committed schema to the live one, as `diff -u` shows it; empty where they are equal. */
  readonly drift: string;
}

/** Holds the ledger against the files, and the live schema against the committed one. Changes nothing. */
export async function verify(session: Session, set: MigrationSet, options: VerifyOptions = {}): Promise<Verification> {
  const settings = resolveSettings(options);
  const { rows } = await readLedger(session, settings);
  const { problems, pending, missing } = plan(set, rows, settings);
  const open = pending.map(({ file, row }) =>
    row === undefined ? `${file.path} is not applied.` : `${file.path} stopped in the middle.`,
  );
  const { ledgerSchema } = settings;
  const live = await renderSchema(session, { ledgerSchema, ignoreIndexes: options.ignoreIndexes });
  const expected = options.expectedSchema === undefined ? undefined : bodyOf(options.expectedSchema);
  const drift =
    expected === undefined ? '' : unifiedDiff(expected, live.text, { from: 'sql/schema.sql', to: 'the live schema' });
  return {
    ok: problems.length === 0 && open.length === 0 && drift === '',
    problems: [...problems, ...open],
    unknown: missing.map(({ id }) => id),
    fingerprint: live.fingerprint,
    ...(expected === undefined ? {} : { expectedFingerprint: fingerprintOf(expected) }),
    drift,
  };
}

const header =
  '-- The schema that the migrations make. Written by "plinth migrate schema --write"; an edit here changes nothing.\n\n';

/** The committed file, from the text of a schema, and back. */
export const schemaFile = (text: string) => header + text;
export const bodyOf = (file: string) => file.replace(/\r\n/g, '\n').replace(/^(--[^\n]*\n)+\n/, '');
