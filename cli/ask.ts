import { createInterface } from 'node:readline/promises';
import { UsageError } from './arguments';

/** Whoever goes on types the name of what they change, so that a wrong environment is noticed. */
export async function confirmed(name: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError('Nobody can be asked here, for the input is no terminal; --yes says that it is meant.');
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(`Type ${name} to go on: `)).trim() === name;
  } finally {
    lines.close();
  }
}
