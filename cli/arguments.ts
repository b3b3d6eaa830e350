import { nearest } from '../lib/config/nearest';

/** Wrong words on the command line: shown as one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Option {
  /** What stands for the value in the help, as `DIR`; without it the option is a switch. */
  readonly value?: string;
  readonly help: string;
}
export type Options = Readonly<Record<string, Option>>;

export type Parsed<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { readonly value: string } ? string | undefined : boolean;
};

export interface Arguments<O extends Options> {
  readonly options: Parsed<O>;
  readonly words: readonly string[];
}

/** `--name value`, `--name=value`, `--switch`, and CDK's `-c name=value` for an option that takes a value. */
export function parseArguments<O extends Options>(verb: string, args: readonly string[], known: O): Arguments<O> {
  const given: Record<string, string | boolean> = {};
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    const text = arg === '-c' ? (args[++i] ?? '') : arg.replace(/^--?/, '');
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!option) throw unknownOption(verb, arg === '-c' ? `-c ${name}` : arg, name, known);
    if (option.value === undefined) {
      if (at >= 0) throw new UsageError(`--${name} is a switch and takes no value; "${text.slice(at + 1)}" was given.`);
      given[name] = true;
      continue;
    }
    const value = at >= 0 ? text.slice(at + 1) : args[++i];
    if (value === undefined || value === '' || (at < 0 && value.startsWith('--'))) {
      throw new UsageError(`--${name} needs a value: --${name} ${option.value}.`);
    }
    given[name] = value;
  }
  const switches = Object.keys(known).filter((name) => known[name]?.value === undefined);
  for (const name of switches) given[name] ??= false;
  return { options: given as Parsed<O>, words };
}

export function refuseWords(verb: string, words: readonly string[]): void {
  if (words.length > 0) throw new UsageError(`"plinth ${verb}" takes no further words; "${words[0]}" was given.`);
}

export function wholeNumber(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} is "${text}"; it takes a whole number from ${least} to ${most}.`);
}

function unknownOption(verb: string, arg: string, name: string, known: Options): UsageError {
  const names = Object.keys(known);
  const guess = nearest(name, names);
  const list = names.map((each) => `--${each}`).join(', ');
  return new UsageError(
    `"plinth ${verb}" does not know ${arg.split('=')[0]}${guess ? `; did you mean --${guess}?` : '.'} It takes ${list}.`,
  );
}
