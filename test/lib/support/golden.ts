import { join } from 'node:path';
import { readGolden } from '../../../lib/checks/golden';
import type { Template, Templates } from '../../../lib/checks/templates';

export const root = join(__dirname, '..', '..', '..');

interface OpenResource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** The accepted templates of the default project, each time a copy that a test may change. */
export class Accepted {
  readonly templates: Templates;

  constructor(readonly environment: 'dev' | 'prod' = 'prod') {
    this.templates = JSON.parse(JSON.stringify(readGolden(root, environment)));
  }

  stack(purpose: string): string {
    return `ndis-chatbot-${this.environment}-${purpose}`;
  }

  resources(purpose: string): Record<string, OpenResource> {
    return (this.templates[this.stack(purpose)] as Template).Resources as never;
  }

  /** The logical id of the one resource of a type, or of the first of several whose id contains a text. */
  id(purpose: string, type: string, part = ''): string {
    const found = Object.entries(this.resources(purpose)).find(([id, r]) => r.Type === type && id.includes(part));
    if (!found) throw new Error(`There is no ${type} in ${purpose}.`);
    return found[0];
  }

  resource(purpose: string, type: string, part = ''): OpenResource {
    const resource = this.resources(purpose)[this.id(purpose, type, part)];
    if (!resource) throw new Error(`There is no ${type} in ${purpose}.`);
    return resource;
  }
}

/** What a test changed, over what is accepted. */
export function changed(change: (after: Accepted) => void, environment: 'dev' | 'prod' = 'prod') {
  const before = new Accepted(environment);
  const after = new Accepted(environment);
  change(after);
  return { before: before.templates, after: after.templates };
}
