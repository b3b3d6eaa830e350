import type { Account } from '../account';
import type { ResourceType } from '../resources/type';
import type { DeployEvent } from './events';

export interface DeployContext {
  readonly account: Account;
  readonly typeOf: (type: string) => ResourceType;
  /** The value behind a `{{resolve:…}}`. */
  readonly dynamic: (reference: string) => string;
  readonly emit: (event: DeployEvent) => void;
}
