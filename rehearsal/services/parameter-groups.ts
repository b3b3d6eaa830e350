import type { PostgresKind } from '../../postgres/place';
import type { Account, Deployed } from '../account';

/** What RDS sets itself, or what a local server has by other means (TLS and SCRAM are always on). */
const ofRds = /^(rds[.]|shared_preload_libraries$)/;

// WebAssembly has 32 bits, and PostgreSQL counts these in kB.
const memory = /^(maintenance_work_mem|work_mem|autovacuum_work_mem|logical_decoding_work_mem)$/;
const mostKb = 2_097_151;

export const group = (account: Account, type: string, id: unknown): Deployed | undefined =>
  account.ofType(type).find((resource) => resource.id === id);

/** The parameters of a group that a local server can have. */
export function parametersOf(
  account: Account,
  name: unknown,
  kind: PostgresKind,
  note: (sentence: string) => void,
): Record<string, string> {
  const given = (group(account, 'AWS::RDS::DBParameterGroup', name)?.properties['Parameters'] ?? {}) as Record<
    string,
    unknown
  >;
  const taken: Record<string, string> = {};
  for (const [parameter, value] of Object.entries(given)) {
    if (ofRds.test(parameter)) continue;
    if (String(value).includes('{'))
      note(`The parameter ${parameter} = ${value} is a formula of RDS: the local server has its default.`);
    else if (kind === 'embedded' && memory.test(parameter) && Number(value) > mostKb) {
      taken[parameter] = String(mostKb);
      note(`The embedded server takes at most ${mostKb} kB for ${parameter}; the template says ${value}.`);
    } else taken[parameter] = String(value);
  }
  return taken;
}
