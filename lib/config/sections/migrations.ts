import { type Loose, orElse, type Parser, record, section } from '../fields';
import type { Migrations } from '../project';
import { flag, matching, oneOf } from '../values';

const ruleName = matching(/^[a-z][a-z0-9-]*$/, "is not a rule's name; one has lower-case letters, digits and hyphens");

export function migrations(production: boolean): Parser<Loose<Migrations>> {
  return section<Migrations>({
    allowOutOfOrder: orElse(false, flag),
    forbidGaps: orElse(false, flag),
    oneTransaction: orElse(false, flag),
    lint: orElse({}, record<'off' | 'warn' | 'error'>(ruleName, oneOf('off', 'warn', 'error'))),
    snapshotBefore: orElse(production, flag),
  });
}
