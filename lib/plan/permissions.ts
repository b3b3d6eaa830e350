import { fullDiff, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { pathOf, type Template, type Templates } from '../checks/templates';

/** Something that somebody may do now and could not before, as a sentence. */
export interface Widening {
  readonly stack: string;
  readonly sentence: string;
}

export interface Widenings {
  readonly permissions: readonly Widening[];
  /** Doors in the network that open. */
  readonly openings: readonly Widening[];
}

type Statement = TemplateDiff['iamChanges']['statements']['additions'][number];
type Rule = TemplateDiff['securityGroupChanges']['ingress']['additions'][number];

export function findWidenings(before: Templates, after: Templates): Widenings {
  const stacks = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const found = stacks.map((stack) => widened(stack, before[stack], after[stack]));
  return {
    permissions: found.flatMap(({ permissions }) => permissions),
    openings: found.flatMap(({ openings }) => openings),
  };
}

function widened(stack: string, before: Template | undefined, after: Template | undefined): Widenings {
  const { iamChanges, securityGroupChanges } = fullDiff({ ...(before ?? {}) }, { ...(after ?? {}) });
  const named = naming(before, after);
  const { additions, removals } = iamChanges.statements;
  const sentences = [
    ...grouped(newlyAllowed(additions, removals)).map(allowedSentence),
    ...removals
      .filter((deny) => isDeny(deny) && isStillThere(deny, after))
      .flatMap((deny) => (additions.some((other) => covers(other, deny)) ? [] : [undenied(deny)])),
    ...iamChanges.managedPolicies.additions.map(
      ({ identityArn, managedPolicyArn }) => `${code(identityArn)} gets the managed policy ${code(managedPolicyArn)}.`,
    ),
  ];
  const doors = [
    ...securityGroupChanges.ingress.additions.map((rule) => opened(rule, 'lets in', 'from')),
    ...securityGroupChanges.egress.additions.map((rule) => opened(rule, 'lets out', 'to')),
  ];
  const own = (sentence: string): Widening => ({ stack, sentence: named(sentence) });
  return { permissions: [...new Set(sentences)].map(own), openings: [...new Set(doors)].map(own) };
}

/** One action of one principal on one resource under one condition. */
interface Atom {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

const isDeny = ({ effect }: Statement) => String(effect) === 'Deny';
/** Who is gone needs no denial, nor does what is gone. */
const isStillThere = ({ principals, resources }: Statement, after: Template | undefined) =>
  [...principals.values, ...resources.values].every((name) => {
    const [, id] = /\$\{([A-Za-z0-9]+)/.exec(name) ?? [];
    return id === undefined || after?.Resources?.[id] !== undefined;
  });
const conditionOf = ({ condition }: Statement) => (condition === undefined ? '' : JSON.stringify(condition));
const listed = ({ values, not }: { readonly values: readonly string[]; readonly not: boolean }): readonly string[] =>
  not ? [`everything but ${values.join(', ')}`] : values.length === 0 ? ['itself'] : values;

function atomsOf(statement: Statement): readonly Atom[] {
  const condition = conditionOf(statement);
  return listed(statement.principals).flatMap((principal) =>
    listed(statement.actions).flatMap((action) =>
      listed(statement.resources).map((resource) => ({ principal, action, resource, condition })),
    ),
  );
}

/** What the added statements allow and the removed ones did not: a statement that merely grew shows what it grew by. */
function newlyAllowed(additions: readonly Statement[], removals: readonly Statement[]): readonly Atom[] {
  const old = removals.filter((statement) => !isDeny(statement)).flatMap(atomsOf);
  const allowed = additions.filter((statement) => !isDeny(statement)).flatMap(atomsOf);
  return allowed.filter((atom) => !old.some((known) => includes(known, atom)));
}

const includes = (known: Atom, atom: Atom) =>
  (known.condition === '' || known.condition === atom.condition) &&
  matches(known.principal, atom.principal) &&
  matches(known.action, atom.action) &&
  matches(known.resource, atom.resource);

/** A star and a question mark stand for what they stand for in a policy. */
function matches(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's').test(text);
}

const covers = (other: Statement, deny: Statement) =>
  isDeny(other) && atomsOf(deny).every((atom) => atomsOf(other).some((known) => includes(known, atom)));

interface Group extends Omit<Atom, 'action'> {
  readonly actions: readonly string[];
}

function grouped(atoms: readonly Atom[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { action, ...where } of atoms) {
    const key = JSON.stringify(where);
    groups.set(key, { ...where, actions: [...(groups.get(key)?.actions ?? []), action] });
  }
  return [...groups.values()];
}

const code = (text: string) => `\`${text}\``;
const plainPrincipal = (principal: string) => principal.replace(/^(AWS|Service):/, '');

function allowedSentence({ principal, actions, resource, condition }: Group): string {
  const star = resource === '*' ? ' (every resource)' : '';
  const when = condition === '' ? '' : `, if ${code(condition)}`;
  return `${code(plainPrincipal(principal))} may now ${actions.map(code).join(', ')} on ${code(resource)}${star}${when}.`;
}

function undenied(deny: Statement): string {
  const { principal, action, resource } = deny.render();
  const actions = action.split('\n').map(code).join(', ');
  return `${code(plainPrincipal(principal))} is no longer denied ${actions} on ${code(resource)}.`;
}

function opened(rule: Rule, verb: string, preposition: string): string {
  const peer = rule.peer;
  const anybody = peer?.kind === 'cidr-ip' && ['0.0.0.0/0', '::/0'].includes(peer.ip);
  const whom = anybody && verb === 'lets in' ? ', which is **anybody on the internet**' : '';
  return `${code(rule.groupId)} ${verb} ${rule.describeProtocol()} ${preposition} ${code(rule.describePeer())}${whom}.`;
}

/** The paths of constructs in the place of logical ids. */
function naming(before: Template | undefined, after: Template | undefined): (text: string) => string {
  const resources = { ...before?.Resources, ...after?.Resources };
  return (text) =>
    text.replace(/\$\{([A-Za-z0-9]+)((?:[.][A-Za-z0-9]+)?)\}/g, (whole, id: string) => {
      const resource = resources[id];
      return resource === undefined ? whole : pathOf(id, resource);
    });
}
