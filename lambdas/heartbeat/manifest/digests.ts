import { createHash } from 'node:crypto';
import { readGrants } from '../../app-database/grants-state';
import { compareVersions } from '../../migrations/names';
import { type LedgerRow, readLedger } from '../../migrations/run/ledger';
import { resolveSettings } from '../../migrations/run/settings';
import type { Session } from '../../shared/database';
import type { LedgerDigest } from '../contract';

export const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** The lines of the ledger, in the order of versions. One that stopped in the middle says so, and equals no other. */
export async function ledgerLines(session: Session): Promise<readonly string[]> {
  const { rows } = await readLedger(session, resolveSettings({}));
  return [...rows].sort(inOrder).map(line);
}

const inOrder = (a: LedgerRow, b: LedgerRow) =>
  compareVersions(a.version, b.version) || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);

const line = ({ id, checksum, state }: LedgerRow) =>
  state === 'applied' ? `${id}: sha256:${checksum}` : `${id}: ${state}`;

export const idOf = (ledgerLine: string) => ledgerLine.split(': ')[0] ?? ledgerLine;

export function digestOf(lines: readonly string[]): LedgerDigest {
  const newest = lines.at(-1);
  return { head: newest === undefined ? 'none' : idOf(newest), count: lines.length, digest: sha256(lines.join('\n')) };
}

/** One line for each right that somebody holds; in no order that depends on when it was given. Without our own books. */
export async function grantLines(
  session: Session,
  owner: string,
  migrator: string,
  ledgerSchema: string,
): Promise<readonly string[]> {
  const { schemas, defaults, objects: all } = await readGrants(session, owner, migrator);
  const objects = all.filter(({ schema }) => schema !== ledgerSchema);
  const rights = (what: string, acl: (typeof objects)[number]['acl']) =>
    acl.map(({ grantee, privilege }) => `${what}: ${privilege} to ${grantee === '' ? 'PUBLIC' : grantee}`);
  return [
    ...schemas.flatMap(({ name, owner: of, acl }) => [`schema ${name} of ${of}`, ...rights(`schema ${name}`, acl)]),
    ...defaults.flatMap(({ creator, schema, code, acl }) =>
      rights(`new ${code} of ${creator} in ${schema ?? 'any'}`, acl),
    ),
    ...objects.flatMap(({ kind, name, owner: of, acl }) => [
      `${kind} ${name} of ${of}`,
      ...rights(`${kind} ${name}`, acl),
    ]),
  ].sort();
}
