// What can be said of a JSONata expression without running it. Step Functions has JSONata 2.0.6: what later versions
// added, and what it switched off, would work on a laptop and fail in AWS.

import type jsonata from 'jsonata';

export const builtInFunctions: ReadonlySet<string> = new Set(
  `abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent
   distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber
   fromMillis join keys length lookup lowercase map match max merge millis min not now number pad parseInteger power
   reduce replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter
   substringBefore sum toMillis trim type uppercase zip
   hash parse partition random range uuid`.split(/\s+/),
);

export interface Findings {
  /** Sentences about what is wrong. */
  readonly problems: readonly string[];
  /** Variables of the workflow that it reads. */
  readonly variables: ReadonlySet<string>;
  /** Which fields of $states it reads. */
  readonly states: ReadonlySet<string>;
}

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: Node[];
  readonly [field: string]: unknown;
}

export function checkExpression(source: string, ast: jsonata.ExprNode): Findings {
  const problems: string[] = [];
  const used = new Set<string>();
  const bound = new Set<string>(['states']);
  const states = new Set<string>();

  /** `top`: there is no context yet that a bare name or `$` could mean. */
  const walk = (node: Node, top: boolean): void => {
    if (node.type === 'variable') variable(String(node.value), top);
    if (node.type === 'name' && top)
      problems.push(`${node.value} stands at the top, where there is no context to find it in`);
    if (node.type === 'condition' && typeof node.position === 'number')
      later(source.slice(node.position - 2, node.position));
    for (const key of ['focus', 'index']) if (typeof node[key] === 'string') bound.add(node[key]);
    if (node.type === 'bind') bound.add(String((node['lhs'] as Node).value));
    if (node.type === 'lambda') for (const argument of node['arguments'] as Node[]) bound.add(String(argument.value));
    if (node.type === 'path') path(node.steps ?? [], top);
    for (const [key, child] of Object.entries(node)) {
      if (key === 'steps' && node.type === 'path') continue;
      if (node.type === 'lambda' && key === 'arguments') continue;
      if (node.type === 'bind' && key === 'lhs') continue;
      visit(child, top && !['predicate', 'stages', 'group', 'terms', 'pattern', 'update', 'delete'].includes(key));
    }
  };
  const visit = (child: unknown, top: boolean): void => {
    if (Array.isArray(child)) for (const item of child) visit(item, top);
    else if (typeof child === 'object' && child !== null && !(child instanceof RegExp)) walk(child as Node, top);
  };
  const path = (steps: Node[], top: boolean): void => {
    steps.forEach((step, i) => {
      walk(step, top && i === 0);
    });
    if (steps[0]?.type === 'variable' && steps[0].value === 'states') {
      states.add(steps[1]?.type === 'name' ? String(steps[1].value) : '*');
    }
  };
  const variable = (name: string, top: boolean): void => {
    if (name === '' || name === '$') {
      if (top || name === '$') problems.push(`$${name} means nothing, for there is no context: use $states.input`);
    } else if (name === 'eval') problems.push('$eval is not available in Step Functions: use $parse');
    else used.add(name);
  };
  const later = (operator: string): void => {
    if (operator === '??' || operator === '?:')
      problems.push(`the operator ${operator} is newer than JSONata 2.0.6, which Step Functions has`);
  };

  walk(ast as unknown as Node, true);
  const variables = new Set([...used].filter((name) => !bound.has(name) && !builtInFunctions.has(name)));
  return { problems: [...new Set(problems)], variables, states };
}
