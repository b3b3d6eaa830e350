import type { VariableScope } from './place';

/** A variable that is read must be assigned somewhere around, and an inner flow may not reuse the name of an outer one. */
export function checkVariables(scopes: readonly VariableScope[], problems: string[]): void {
  for (const scope of scopes) {
    const outer = around(scope.outer);
    for (const { name, path } of scope.assigned) {
      const other = outer.find((use) => use.name === name);
      if (other)
        problems.push(
          `${path}: $${name} is a variable of the flow around this one (${other.path}), which may not be assigned from within.`,
        );
    }
    const assigned = new Set([...scope.assigned, ...outer].map(({ name }) => name));
    for (const { name, path } of scope.read) {
      if (!assigned.has(name))
        problems.push(
          `${path}: $${name} is assigned by no state of this flow or of one around it, and is no function.`,
        );
    }
  }
}

function around(scope: VariableScope | undefined): VariableScope['assigned'] {
  return scope ? [...scope.assigned, ...around(scope.outer)] : [];
}
