import { RehearsalError } from '../errors';

export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface Statement {
  /** Where it stands: `stack/logicalId, statement 2`. */
  readonly from: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly notResources: readonly string[] | undefined;
  /** Of a resource policy: 'AWS', 'Service' or '*', with whom. */
  readonly principals: readonly Principal[] | undefined;
  readonly conditions: Conditions;
}

export interface Principal {
  readonly kind: string;
  readonly name: string;
}

const known = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'Condition']);

/** The statements of a policy document; an element that would be passed over is refused by name. */
export function parsePolicy(document: unknown, from: string): Statement[] {
  const { Statement: statements } = (document ?? {}) as { readonly Statement?: unknown };
  return [statements ?? []]
    .flat()
    .map((raw, i) => parseStatement(raw as Record<string, unknown>, `${from}, statement ${i + 1}`));
}

function parseStatement(raw: Readonly<Record<string, unknown>>, from: string): Statement {
  for (const key of Object.keys(raw)) {
    if (!known.has(key)) throw new RehearsalError(`${from}: the rehearsal does not know the policy element ${key}.`);
  }
  const effect = raw['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw new RehearsalError(`${from}: Effect is "${effect}".`);
  return {
    from,
    effect,
    actions: texts(raw['Action']),
    notActions: raw['NotAction'] === undefined ? undefined : texts(raw['NotAction']),
    resources: texts(raw['Resource']),
    notResources: raw['NotResource'] === undefined ? undefined : texts(raw['NotResource']),
    principals: raw['Principal'] === undefined ? undefined : principalsOf(raw['Principal']),
    conditions: conditionsOf(raw['Condition']),
  };
}

const texts = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

function principalsOf(value: unknown): Principal[] {
  if (value === '*') return [{ kind: 'AWS', name: '*' }];
  return Object.entries(value as Record<string, unknown>).flatMap(([kind, names]) =>
    texts(names).map((name) => ({ kind, name })),
  );
}

function conditionsOf(value: unknown): Conditions {
  const entries = Object.entries((value ?? {}) as Record<string, Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, texts(values)])),
    ]),
  );
}
