import { attributeOf, intrinsicOf, substitute } from './intrinsics';
import type { Template, TemplateResource } from './template';

/** The resources of the same template that a resource needs before it: by Ref, GetAtt, Sub and DependsOn. */
export function dependenciesOf(resource: TemplateResource, template: Template): ReadonlySet<string> {
  const found = new Set([resource.DependsOn ?? []].flat());
  collect(resource.Properties ?? {}, found);
  // What is no resource of this template is a parameter, a pseudo parameter, or a resource whose condition is false.
  return new Set([...found].filter((name) => Object.hasOwn(template.resources, name)));
}

/** The exports of other stacks that a value imports by name. */
export function importsOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) importsOf(item, found);
  else if (typeof value === 'object' && value !== null) {
    const called = intrinsicOf(value as Record<string, unknown>, '');
    if (called?.name === 'Fn::ImportValue' && typeof called.argument === 'string') found.add(called.argument);
    else for (const item of Object.values(value)) importsOf(item, found);
  }
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const called = intrinsicOf(value as Record<string, unknown>, '');
  switch (called?.name) {
    case 'Ref':
      found.add(String(called.argument));
      return;
    case 'Fn::GetAtt':
      found.add(attributeOf(called.argument, undefined, 'Fn::GetAtt')[0]);
      return;
    case 'Fn::Sub': {
      const [pattern, variables] = Array.isArray(called.argument) ? called.argument : [called.argument, {}];
      substitute(String(pattern), (name) => {
        if (!Object.hasOwn(variables, name)) found.add(name.split('.')[0] ?? name);
        return '';
      });
      collect(variables, found);
      return;
    }
    default:
      for (const item of Object.values(value)) collect(item, found);
  }
}
