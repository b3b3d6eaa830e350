// What goes wrong in the RDS of the tests, and what its calls are called.
import { type Json, type JsonObject, TaskFailure } from '../../../rehearsal/states';

/** What goes wrong; by default nothing. Each may throw, or say what a state of affairs is instead. */
export interface Trouble {
  /** Before each call: `describe shop-prod`, `restore shop-prod-restored-…`, `rename shop-prod`, `check`, `publish`. */
  readonly before?: (what: string, nth: number) => void;
  /** After a call has been done: its answer is lost. */
  readonly after?: (what: string, nth: number) => void;
  /** What becomes of a restored instance. */
  readonly restoredAs?: string;
  readonly restoreMinutes?: number;
  readonly settingsMinutes?: number;
  readonly passwordMinutes?: number;
  readonly renameMinutes?: number;
  /** What an instance is once it has been renamed, by its new name. */
  readonly renamedAs?: (id: string) => string;
  readonly decision?: 'approved' | 'rejected' | 'missing';
  readonly check?: () => Json;
}

export const boom = (error: string, cause = 'on purpose') => {
  throw new TaskFailure(error, cause);
};

export const tagsOf = ({ Tags }: JsonObject) =>
  Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));

/** `rename shop-prod`, `check`. */
export function wordsOf(action: string, given: JsonObject): string {
  const id = String(given['DbInstanceIdentifier'] ?? given['TargetDBInstanceIdentifier']);
  if (action === 'describeDBInstances') return `describe ${id}`;
  if (action.startsWith('restore')) return `restore ${id}`;
  if (action === 'addTagsToResource') return 'tag';
  if (action === 'publish') return 'publish';
  if (action === 'modifyDBInstance') {
    if (given['NewDBInstanceIdentifier'] !== undefined) return `rename ${id}`;
    return given['CloudwatchLogsExportConfiguration'] !== undefined ? 'export logs' : `configure ${id}`;
  }
  const { FunctionName, Payload } = given;
  const short = String(FunctionName).split(':').at(-1) ?? '';
  const { Action } = Payload as JsonObject;
  return Action === undefined ? short : String(Action);
}
