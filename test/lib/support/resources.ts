import type { Template } from 'aws-cdk-lib/assertions';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template holds what CloudFormation takes, and a test looks into it.
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

export const resourcesOf = (...templates: readonly Template[]): Record<string, Resource> =>
  Object.assign({}, ...templates.map((template) => template.toJSON()['Resources']));

export const ofType = (type: string, ...templates: readonly Template[]): Resource[] =>
  Object.values(resourcesOf(...templates)).filter(({ Type }) => Type === type);

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the roles of functions may do, by the logical id of the role. */
export function policiesOf(...templates: readonly Template[]): Record<string, Statement[]> {
  const found: Record<string, Statement[]> = {};
  for (const { Properties } of ofType('AWS::IAM::Policy', ...templates)) {
    for (const { Ref } of Properties.Roles) {
      found[Ref] = [...(found[Ref] ?? []), ...Properties.PolicyDocument.Statement];
    }
  }
  return found;
}

export const actionsOf = (statements: readonly Statement[]): string[] =>
  statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => [Action].flat());
