import type { Client } from 'pg';
import type { LocalCloud } from '../cloud/cloud';

/** Something that is broken on purpose, so that a drill has something to find. */
export interface Damage {
  readonly name: string;
  /** For `--damage list`. */
  readonly tells: string;
  /** The checks of which at least one must find it; `dimensions` stands for `dimensions:…` as well. */
  readonly foundBy: readonly string[];
  /** The kinds of drills that it is for; all, if it is left out. */
  readonly kinds?: readonly string[];
  /** In the database, before the backup. Gives what was done, in a sentence. */
  readonly inDatabase?: (client: Client) => Promise<string>;
  /** In what was taken of it, before the drill. */
  readonly inBackup?: (cloud: LocalCloud) => Promise<string>;
}
