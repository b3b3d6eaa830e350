import type { Snapshot } from '../place';
import { removeTree } from './files';

/** What is known of the instance that a copy was made of. */
export interface Origin {
  readonly master: { readonly user: string; readonly password: string };
  readonly database: string;
}

export class NativeSnapshot implements Snapshot {
  readonly kind = 'native';
  readonly takenAt = new Date();

  constructor(
    readonly folder: string,
    readonly bytes: number,
    readonly origin: Origin,
  ) {}

  remove(): Promise<void> {
    return removeTree(this.folder);
  }
}
