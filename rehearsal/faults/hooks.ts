import type { FunctionSettings } from '../functions/host';
import type { Origin } from '../network';

/** Where a fault takes hold of the cloud. All are absent while nothing is to go wrong. */
export interface Hooks {
  /** An invocation has begun; `kill` ends its process. */
  begun?: (settings: FunctionSettings, kill: () => void) => void;
  /** A function is about to connect to a database; resolves to the port that it gets instead. */
  connecting?: (port: number, from: Origin) => Promise<number>;
  /** How often an event of a custom resource is delivered. */
  deliveries?: () => number;
  /** Why a resource fails although it was made or changed; undefined lets it be. */
  failing?: (logicalId: string, type: string) => string | undefined;
}
