// Names and types that the construct and the Lambda share. This file imports nothing.

export interface DeclaredExtension {
  /** Undefined follows what the server offers as its default. */
  readonly version?: string | undefined;
  /** An older one is an error. */
  readonly minimum?: string | undefined;
  /** An older one is a warning. */
  readonly warnBelow?: string | undefined;
}

/** By name: `database.extensions` of the config fits as it is. */
export interface ExtensionsInput {
  readonly extensions: Readonly<Record<string, DeclaredExtension>>;
}

export interface ExtensionResult {
  readonly name: string;
  readonly schema: string;
  readonly version: string;
  /** What was there before; undefined when it was created now. */
  readonly previous: string | undefined;
}

export interface ExtensionsResult {
  readonly extensions: readonly ExtensionResult[];
  readonly warnings: readonly string[];
  readonly summary: readonly string[];
}
