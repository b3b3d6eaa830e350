import type { Server } from '../shared/contract';
import { OperationError } from '../shared/errors';
import { list, object, record, text, wholeNumber } from '../shared/properties';
import { type HeartbeatSettings, heartbeatVariable } from './contract';

const settings = object<HeartbeatSettings>({
  Prefix: text,
  Server: object<Server>({ Host: text, Port: wholeNumber, AdminSecret: text }),
  Database: text,
  Owner: text,
  Migrator: text,
  VectorIndexes: list(text),
  NewestRow: record(text),
  ExactRowsUpToMiB: wholeNumber,
  KeepHeartbeatsDays: wholeNumber,
  KeepManifestsDays: wholeNumber,
});

export function parseSettings(json: string | undefined): HeartbeatSettings {
  if (json === undefined) throw new OperationError(`The environment variable ${heartbeatVariable} is not set.`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new OperationError(`The environment variable ${heartbeatVariable} is not JSON.`);
  }
  return settings(value, heartbeatVariable);
}
