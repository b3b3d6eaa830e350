import type { Assembly } from './assembly';

/** Where two synths of one project differ, a sentence for each stack: the first place in its template. */
export function differences(first: Assembly, second: Assembly): string[] {
  return first.stacks.flatMap(({ name, template }) => {
    const other = second.stacks.find((stack) => stack.name === name)?.template;
    if (other === undefined) return `${name} is missing from a second synth of the same project.`;
    if (other.text === template.text) return [];
    const where = placeOf(JSON.parse(template.text), JSON.parse(other.text));
    return `Each synth makes another ${name}, so every deploy would change it: ${where}.`;
  });
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function placeOf(before: unknown, after: unknown, path: readonly string[] = []): string {
  if (isBranch(before) && isBranch(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const name = names.find((each) => JSON.stringify(before[each]) !== JSON.stringify(after[each]));
    if (name !== undefined) return placeOf(before[name], after[name], [...path, name]);
    return `${path.join('.') || 'the template'} has its entries in another order`;
  }
  return `${path.join('.')} is ${shown(before)}, and then ${shown(after)}`;
}

const longest = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
