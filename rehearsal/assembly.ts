import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RehearsalError } from './errors';
import { parseTemplate, type Template } from './template/template';

/** What a synth leaves behind: all that the rehearsal knows of a project. */
export interface Assembly {
  readonly folder: string;
  /** Each after those that it needs. */
  readonly stacks: readonly AssemblyStack[];
}

export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  readonly needs: readonly string[];
  /** Undefined where the deploy would decide. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** Where the code of functions lies, by its key in the bucket of the bootstrap stack. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileAsset>>;
  readonly dockerImages?: Readonly<Record<string, unknown>>;
}

interface FileAsset {
  readonly source: { readonly path?: string; readonly packaging?: string; readonly executable?: unknown };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

export function readAssembly(folder: string): Assembly {
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest)) {
    throw new RehearsalError(
      `${folder} holds no synthesized app: it has no manifest.json. Make one with npx cdk synth.`,
    );
  }
  const { artifacts = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { artifacts?: Record<string, Artifact> };
  for (const [id, { type }] of Object.entries(artifacts)) {
    if (type === 'cdk:cloud-assembly') {
      throw new RehearsalError(`${manifest}: ${id} is a stage, and the rehearsal deploys the stacks of an app alone.`);
    }
  }
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const names = new Set(stacks.map(([id]) => id));
  const read = stacks.map(([id, artifact]) => readStack(folder, id, artifact, artifacts, names));
  return { folder, stacks: inOrder(read) };
}

function readStack(
  folder: string,
  id: string,
  { properties = {}, dependencies = [], environment = '' }: Artifact,
  artifacts: Readonly<Record<string, Artifact>>,
  names: ReadonlySet<string>,
): AssemblyStack {
  const file = join(folder, properties.templateFile ?? `${id}.template.json`);
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  const known = (value: string | undefined) => (value?.startsWith('unknown-') ? undefined : value);
  const assets = new Map<string, string>();
  for (const need of dependencies) {
    const manifest = artifacts[need]?.type === 'cdk:asset-manifest' ? artifacts[need].properties?.file : undefined;
    if (manifest !== undefined) readAssets(folder, manifest, assets);
  }
  return {
    name: properties.stackName ?? id,
    template: parseTemplate(readFileSync(file, 'utf8'), properties.templateFile ?? id),
    needs: dependencies.filter((need) => names.has(need)),
    account: known(account),
    region: known(region),
    assets,
  };
}

function readAssets(folder: string, file: string, assets: Map<string, string>): void {
  const { files = {}, dockerImages = {} } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as AssetManifest;
  const [image] = Object.keys(dockerImages);
  if (image !== undefined)
    throw new RehearsalError(`${file}: ${image} is a container image, which cannot be built here.`);
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(folder, source.path));
  }
}

function inOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const placed = new Map<string, AssemblyStack>();
  const place = (stack: AssemblyStack) => {
    if (placed.has(stack.name)) return;
    for (const need of stack.needs) {
      const needed = stacks.find(({ name }) => name === need);
      if (needed) place(needed);
    }
    placed.set(stack.name, stack);
  };
  stacks.forEach(place);
  return [...placed.values()];
}
