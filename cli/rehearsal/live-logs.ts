import type { Account } from '../../rehearsal/account';
import type { Assembly } from '../../rehearsal/assembly';
import type { LocalCloud } from '../../rehearsal/cloud/cloud';
import { UsageError } from '../arguments';
import { withoutHash } from './stack-progress';

/** What stands for every function. */
export const allFunctions = '*';

/** Shows the lines of the functions with this in their name as they come; no known secret gets through. */
export function liveLogs(
  wanted: string,
  { stacks }: Assembly,
  show: (from: string, text: string) => void,
): (cloud: LocalCloud, account: Account) => void {
  const matches = (name: string) => wanted === allFunctions || name.toLowerCase().includes(wanted.toLowerCase());
  const functions = stacks.flatMap(({ template }) =>
    Object.entries(template.resources).flatMap(([id, { Type }]) => (Type === 'AWS::Lambda::Function' ? [id] : [])),
  );
  if (!functions.some(matches)) {
    const names = functions.map(withoutHash).sort().join(', ');
    throw new UsageError(`--logs is "${wanted}", and no function has that in its name; there is ${names || 'none'}.`);
  }
  return (cloud, account) => {
    cloud.logs.watch = ({ source, text }) => {
      const found = account.ofType('AWS::Lambda::Function').find(({ id }) => id === source);
      const name = found?.logicalId ?? source;
      if (matches(name)) show(withoutHash(name), cloud.secretWatch.redact(text));
    };
  };
}
