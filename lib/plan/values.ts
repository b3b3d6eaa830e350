/** A value of a template on one line, with references as CloudFormation's own `${…}`. */
export function rendered(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? "''" : value;
  if (typeof value !== 'object' || value === null) return String(value);
  return intrinsic(value as Record<string, unknown>) ?? JSON.stringify(value, (_, each) => inner(each));
}

const inner = (each: unknown): unknown =>
  typeof each === 'object' && each !== null && !Array.isArray(each)
    ? (intrinsic(each as Record<string, unknown>) ?? each)
    : each;

function intrinsic(value: Readonly<Record<string, unknown>>): string | undefined {
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return undefined;
  const [name, argument] = entry;
  if (name === 'Ref') return `\${${argument}}`;
  if (name === 'Fn::GetAtt') return `\${${[argument].flat().join('.')}}`;
  if (name === 'Fn::ImportValue' && typeof argument === 'string') return `\${${imported(argument)}}`;
  if (name === 'Fn::Sub' && typeof argument === 'string') return argument;
  if (name !== 'Fn::Join' || !Array.isArray(argument)) return undefined;
  const [separator, parts] = argument as [string, unknown];
  return Array.isArray(parts) ? parts.map(rendered).join(separator) : undefined;
}

/** `<stack>:ExportsOutput<Ref or FnGetAtt><id><attribute><hash>` is what the CDK calls an export. */
const imported = (name: string) => name.replace(/:ExportsOutput(Ref|FnGetAtt)/, '/').replace(/[0-9A-F]{8}$/, '');

// Longer ones are for cdk diff: a line of a list is not the place.
const longest = 160;

export function short(value: unknown): string {
  const text = rendered(value).replace(/\s+/g, ' ');
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

export interface Leaf {
  /** Below the resource, such as `Roles.app.connectionLimit`. */
  readonly path: string;
  /** Not there where it is added. */
  readonly before?: string;
  /** Not there where it is taken away. */
  readonly after?: string;
}

/** Where two values differ, as deep as their names go. Lists of texts are compared by what is in them. */
export function leaves(path: string, before: unknown, after: unknown): readonly Leaf[] {
  if (same(before, after)) return [];
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => leaves(`${path}.${key}`, before[key], after[key]));
  }
  if (isList(before) && isList(after)) {
    const [from, to] = [before.map(short), after.map(short)];
    const gone = from.filter((each) => !to.includes(each)).map((each) => ({ path, before: each }));
    const come = to.filter((each) => !from.includes(each)).map((each) => ({ path, after: each }));
    if (gone.length === 1 && come.length === 1) return [{ ...gone[0], ...come[0], path }];
    if (gone.length + come.length > 0) return [...gone, ...come];
  }
  return [
    {
      path,
      ...(before === undefined ? {} : { before: short(before) }),
      ...(after === undefined ? {} : { after: short(after) }),
    },
  ];
}

/** CloudFormation hands every value on as a text. */
export const same = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a, asText) === JSON.stringify(b, asText) || (a === undefined && b === undefined);

const asText = (_: string, value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  intrinsic(value as Record<string, unknown>) === undefined;
