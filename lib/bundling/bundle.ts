import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BundledProject, projectFile } from '../../lambdas/drill-check/contract';
import type { BundledFile as MigrationText } from '../../lambdas/migrations/contract';
import { type BundledFile, capabilities } from './build';
import { handlers, keep } from './kept';

export { nodeMajor } from './build';

/** The folder of each handler's bundle, by the name of its capability. */
export type Bundles = Readonly<Record<string, string>>;

export function bundleOf(bundles: Bundles, capability: string): string {
  const folder = bundles[capability];
  if (folder === undefined) throw new Error(`There is no lambdas/${capability}/handler.ts to deploy.`);
  return folder;
}

export interface BundleOptions {
  /** The project's migrations, which are elsewhere than the code: they travel beside it. */
  readonly migrations?: readonly MigrationText[];
  /** What a restored copy is held against. */
  readonly project?: BundledProject;
}

/** The bundle of every `lambdas/<capability>/handler.ts`, with what of the project belongs to it. */
export async function bundleHandlers({ migrations = [], project = noProject }: BundleOptions = {}): Promise<Bundles> {
  const folder = await (begun ?? handlers());
  begun = undefined;
  const beside: Readonly<Record<string, readonly BundledFile[]>> = {
    migrations: besideMigrations(migrations),
    'drill-check': [{ path: projectFile, contents: Buffer.from(JSON.stringify(project)) }],
  };
  const bundleFor = (name: string) => {
    const own = join(folder, name);
    const more = beside[name];
    return more === undefined ? own : keep([...filesIn(own), ...more]);
  };
  return Object.fromEntries(capabilities().map((name) => [name, bundleFor(name)]));
}

const noProject: BundledProject = { migrations: [], checks: [], schema: null };

let begun: ReturnType<typeof handlers> | undefined;

/** esbuild is a process of its own: begun before the CDK is loaded, it is done when the constructs ask for the result. */
export function beginBundling(): void {
  begun = handlers();
  // Whoever asks for the result hears of it. Where nobody comes to ask, something else went wrong before.
  begun.catch(() => undefined);
}

/** The files that run, and the parser that looks at them before. */
function besideMigrations(migrations: readonly MigrationText[]): readonly BundledFile[] {
  const parser = join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm');
  const texts = migrations.map(({ path, text }) => ({ path, text }));
  return [
    { path: 'migrations.json', contents: Buffer.from(JSON.stringify(texts)) },
    { path: 'libpg-query.wasm', contents: readFileSync(parser) },
  ];
}

const filesIn = (folder: string): readonly BundledFile[] =>
  readdirSync(folder).map((path) => ({ path, contents: readFileSync(join(folder, path)) }));
