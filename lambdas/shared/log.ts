import { redact } from './redact';

export type LogEntry = Readonly<Record<string, unknown>>;
export type Log = (level: 'INFO' | 'WARN' | 'ERROR', message: string, entry?: LogEntry) => void;

/** One line of JSON for each entry, with the two fields by which Lambda takes a line for structured as it stands. */
export const log: Log = (level, message, entry = {}) => {
  const line = JSON.stringify({ timestamp: new Date().toISOString(), level, message, ...entry });
  process.stdout.write(`${redact(line)}\n`);
};
