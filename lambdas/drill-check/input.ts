import { roles } from '../app-database/properties';
import type { DeclaredExtension } from '../extensions/contract';
import type { Server } from '../shared/contract';
import { OperationError } from '../shared/errors';
import { list, object, oneOf, optional, type Parse, record, text, wholeNumber } from '../shared/properties';
import { indexes } from '../vector-indexes/properties';
import type {
  CheckSettings,
  CriticalQuery,
  DrillCheckInput,
  Expected,
  Objectives,
  OnMissed,
  Restored,
} from './contract';

/** A state machine writes null for what is not there. */
const unlessNull =
  <T>(parse: Parse<T>): Parse<T | undefined> =>
  (value, path) =>
    optional(parse)(value === null ? undefined : value, path);

const time: Parse<string> = (value, path) => {
  const written = text(value, path);
  const at = Date.parse(written);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(written) || Number.isNaN(at)) {
    throw new OperationError(`The property ${path} is ${JSON.stringify(written)}; it takes a time as ISO 8601 has it.`);
  }
  return new Date(at).toISOString();
};

const percent: Parse<number> = (value, path) => {
  const number = wholeNumber(value, path);
  if (number > 100) throw new OperationError(`The property ${path} is ${number}; it takes 0 to 100.`);
  return number;
};

const column: Parse<string> = (value, path) => {
  const written = text(value, path);
  if (written.split('.').length === 3) return written;
  throw new OperationError(`The property ${path} is ${JSON.stringify(written)}; it takes schema.table.column.`);
};

export const parseInput = object<DrillCheckInput>({
  Instance: object<Server>({ Host: text, Port: wholeNumber, AdminSecret: text }),
  Database: text,
  Roles: roles,
  AppParameter: text,
  Expected: object<Expected>({
    MigrationHead: text,
    Extensions: record(
      object<DeclaredExtension>({ version: optional(text), minimum: optional(text), warnBelow: optional(text) }),
    ),
    VectorIndexes: indexes,
    HeartbeatMinutes: wholeNumber,
    ManifestMinutes: wholeNumber,
    NewestRow: record(text),
  }),
  Checks: object<CheckSettings>({
    rowFloors: record(wholeNumber),
    maximumFallPercent: percent,
    mayShrink: list(text),
    noNulls: list(column),
    minimumRecallPercent: percent,
    criticalQueries: record(object<CriticalQuery>({ sql: text, p95Ms: wholeNumber })),
    exactRowsUpToMiB: wholeNumber,
  }),
  Restored: object<Restored>({
    To: unlessNull(time),
    TakenAt: unlessNull(time),
    RequestedAt: time,
    AvailableAt: time,
  }),
  Objectives: unlessNull(object<Objectives>({ rtoMinutes: wholeNumber, rpoMinutes: wholeNumber })),
  OnMissed: object<OnMissed>({ Rto: oneOf('fail', 'warn'), Rpo: oneOf('fail', 'warn') }),
});
