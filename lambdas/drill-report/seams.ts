/** Where evidence is kept: nothing that is written is ever changed. */
export interface EvidenceStore {
  write(key: string, body: string, type: string): Promise<void>;
  /** Undefined where there is none. */
  read(key: string): Promise<string | undefined>;
  /** Keys below a prefix, in their order. */
  list(prefix: string): Promise<readonly string[]>;
}

export interface Telling {
  tell(subject: string, message: string): Promise<void>;
  /** One line of CloudWatch's embedded metrics, of a kind of drill. */
  measure(metrics: Readonly<Record<string, number>>, kind: string): void;
}
