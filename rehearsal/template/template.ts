import { RehearsalError } from '../errors';

/** A CloudFormation template, as far as it is looked at; values may hold intrinsic functions anywhere. */
export interface Template {
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly rules: Readonly<Record<string, TemplateRule>>;
  readonly outputs: Readonly<Record<string, TemplateOutput>>;
  /** The whole, as it was read: two deploys of the same text change nothing. */
  readonly text: string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: Policy;
  readonly UpdateReplacePolicy?: Policy;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export type Policy = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string;
}

export interface TemplateRule {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
  readonly Condition?: string;
}

const sections = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Resources',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Outputs',
]);

const resourceKeys = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);

const policies: ReadonlySet<unknown> = new Set(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot', undefined]);

/** Reads a template; a section or an attribute that the rehearsal would pass over is refused by name. */
export function parseTemplate(text: string, file: string): Template {
  const raw = readJson(text, file);
  for (const section of Object.keys(raw)) {
    if (!sections.has(section))
      throw new RehearsalError(`${file}: the rehearsal does not know the section ${section}.`);
  }
  const resources = (raw['Resources'] ?? {}) as Record<string, TemplateResource>;
  for (const [id, resource] of Object.entries(resources)) checkResource(id, resource, resources, file);
  return {
    resources,
    parameters: (raw['Parameters'] ?? {}) as Template['parameters'],
    mappings: (raw['Mappings'] ?? {}) as Template['mappings'],
    conditions: (raw['Conditions'] ?? {}) as Template['conditions'],
    rules: (raw['Rules'] ?? {}) as Template['rules'],
    outputs: (raw['Outputs'] ?? {}) as Template['outputs'],
    text,
  };
}

function readJson(text: string, file: string): Record<string, unknown> {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>;
  } catch {
    // Told below, in the same words as any other text that is no template.
  }
  throw new RehearsalError(`${file} is not a template: it should hold one JSON object.`);
}

function checkResource(
  id: string,
  resource: TemplateResource,
  all: Readonly<Record<string, TemplateResource>>,
  file: string,
): void {
  if (typeof resource.Type !== 'string') throw new RehearsalError(`${file}: the resource ${id} has no Type.`);
  for (const key of Object.keys(resource)) {
    if (!resourceKeys.has(key)) {
      throw new RehearsalError(
        `${file}: the resource ${id} has the attribute ${key}, which the rehearsal does not know.`,
      );
    }
  }
  const missing = [resource.DependsOn ?? []].flat().find((need) => !Object.hasOwn(all, need));
  if (missing !== undefined)
    throw new RehearsalError(`${file}: ${id} depends on ${missing}, which is no resource of the template.`);
  for (const key of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
    if (!policies.has(resource[key])) {
      throw new RehearsalError(
        `${file}: the ${key} of ${id} is "${resource[key]}"; it can be Delete, Retain, RetainExceptOnCreate or Snapshot.`,
      );
    }
  }
}
