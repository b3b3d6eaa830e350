import { StateFailure } from '../errors';
import { bytesOf, type Json, type JsonObject, own } from '../json';
import { stateBytes, variablesBytes } from '../limits';

/** The variables of one flow. An inner flow sees those of the outer ones; nobody sees those of an inner one. */
export class Variables {
  private values: JsonObject = Object.create(null);
  private readonly sizes = new Map<string, number>();
  private readonly stored: { bytes: number };

  constructor(private readonly outer?: Variables) {
    this.stored = outer?.stored ?? { bytes: 0 };
  }

  get(name: string): Json | undefined {
    return own(this.values, name) ?? this.outer?.get(name);
  }

  all(): JsonObject {
    return { ...this.outer?.all(), ...this.values };
  }

  assign(values: JsonObject): void {
    if (bytesOf(values) > stateBytes) throw tooLarge('The variables that a state assigns are', '256 KiB');
    for (const [name, value] of Object.entries(values)) {
      const bytes = name.length + bytesOf(value);
      this.stored.bytes += bytes - (this.sizes.get(name) ?? 0);
      this.sizes.set(name, bytes);
      this.values[name] = value;
    }
    if (this.stored.bytes > variablesBytes) throw tooLarge('All variables of an execution are', '10 MiB');
  }

  /** The flow has ended, and its variables with it. */
  end(): void {
    for (const bytes of this.sizes.values()) this.stored.bytes -= bytes;
    this.sizes.clear();
    this.values = Object.create(null);
  }
}

function tooLarge(what: string, most: string): StateFailure {
  return new StateFailure('States.DataLimitExceeded', `${what} larger than ${most}.`);
}
