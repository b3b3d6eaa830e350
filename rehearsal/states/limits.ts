/** What Step Functions allows, as its page of quotas says. */
export const historyEvents = 25_000;
/** 256 KiB, as UTF-8: input, output and result of a state, and what it assigns. */
export const stateBytes = 256 * 1024;
/** 10 MiB: all variables of an execution. */
export const variablesBytes = 10 * 1024 * 1024;
/** The largest number of seconds of a timeout, a heartbeat, a wait or an interval: over three years. */
export const mostSeconds = 99_999_999;
/** An Express execution runs five minutes. */
export const expressSeconds = 300;
export const variableNameLength = 80;
export const stateNameLength = 80;
/** 1 MiB: a definition. */
export const definitionBytes = 1024 * 1024;
