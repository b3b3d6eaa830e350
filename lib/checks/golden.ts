import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, type Template, type Templates } from './templates';

const ending = '.template.json';

/** Where a project keeps the templates that somebody has accepted, beside its plinth.config.ts. */
export const goldenFolder = (project: string, environment: string): string => join(project, 'golden', environment);

/** The accepted templates; undefined where none has been accepted yet. */
export function readGolden(project: string, environment: string): Templates | undefined {
  const folder = goldenFolder(project, environment);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(ending)) : [];
  if (files.length === 0) return undefined;
  return Object.fromEntries(
    files.sort().map((file) => [file.slice(0, -ending.length), readJson<Template>(join(folder, file))]),
  );
}

/** Accepts: what was there for the environment is replaced. Returns the folder. */
export function writeGolden(project: string, environment: string, templates: Templates): string {
  const folder = goldenFolder(project, environment);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(ending)) rmSync(join(folder, file));
  for (const [stack, template] of Object.entries(templates)) {
    writeFileSync(join(folder, `${stack}${ending}`), `${printed(template)}\n`);
  }
  return folder;
}

// As wide as the project's own lines.
const width = 120;

/**
 * JSON for a reviewer: a list of plain values stands on one line where it fits, so that a reference is a line and not
 * four. `before` is what stands on the line already, `after` a comma where one follows.
 */
export function printed(value: unknown, indent = '', before = '', after = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every(isFlat)) {
      const line = flat(value);
      if (`${indent}${before}${line}${after}`.length <= width) return line;
    }
    const items = value.map((item, at) => `${deeper}${printed(item, deeper, '', at < value.length - 1 ? ',' : '')}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, each], at) => {
    const head = `${JSON.stringify(key)}: `;
    return `${deeper}${head}${printed(each, deeper, head, at < entries.length - 1 ? ',' : '')}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

const flat = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(flat).join(', ')}]` : JSON.stringify(value);

const isFlat = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every(isFlat)
    : typeof value !== 'object' || value === null || Object.keys(value).length === 0;
