import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
}

export interface Output {
  readonly Value?: unknown;
  readonly Export?: { readonly Name?: unknown };
}

/** The templates of an environment, by the name of the stack. */
export type Templates = Readonly<Record<string, Template>>;

interface Manifest {
  readonly artifacts?: Readonly<
    Record<string, { readonly type: string; readonly properties?: { readonly templateFile?: string } }>
  >;
}

/** Whether a folder is what a synth writes. */
export const isAssembly = (folder: string): boolean => existsSync(join(folder, 'manifest.json'));

/** The templates that a synth wrote into a folder. */
export function readAssembly(folder: string): Templates {
  if (!isAssembly(folder)) {
    throw new Refusal(`${folder} holds no manifest.json; name a folder that cdk synth wrote, such as cdk.out.`);
  }
  const { artifacts = {} } = readJson<Manifest>(join(folder, 'manifest.json'));
  const stacks = Object.entries(artifacts).flatMap(([name, { type, properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [[name, readJson<Template>(join(folder, properties.templateFile))] as const]
      : [],
  );
  return Object.fromEntries(stacks);
}

export function readJson<T>(file: string): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${(error as Error).message.split('\n')[0]}.`);
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Refusal(`${file} is not valid JSON: ${(error as Error).message.split('\n')[0]}.`);
  }
}

export const resourcesOf = (template: Template | undefined): readonly (readonly [string, Resource])[] =>
  Object.entries(template?.Resources ?? {});

/** Where the construct stands in its stack, such as `Database/Instance`; the logical id where nothing tells it. */
export function pathOf(id: string, resource: Resource): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return id;
  return path
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\/(Resource|Default)(\/Default)?$/, '');
}

const names = ['DBInstanceIdentifier', 'DBClusterIdentifier', 'Name', 'BucketName', 'BackupVaultName', 'LogGroupName'];

/** The name that somebody at the console would look for. */
export function nameOf(id: string, resource: Resource): string {
  const named = names.map((key) => resource.Properties?.[key]).find((value) => typeof value === 'string');
  return typeof named === 'string' ? named : pathOf(id, resource);
}
