import { existsSync, statSync } from 'node:fs';
import { createRequire, SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { type BuildFailure, type BuildResult, buildSync, type OutputFile } from 'esbuild';
import { ConfigError, withoutCredentials } from './findings';
import { parseProject } from './parse-project';
import type { Project } from './project';

const fileNames = ['ts', 'js', 'cjs', 'mjs', 'json'].map((extension) => `plinth.config.${extension}`);

/** Reads the config of the project in a folder. Whatever is wrong with it becomes a ConfigError. */
export async function loadProject(folder: string): Promise<Project> {
  const absolute = resolve(folder);
  const file = findConfig(absolute);
  const settings = await settingsOf(file);
  try {
    return parseProject(settings, { folder: absolute });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [headline = ''] = error.message.split('\n');
    throw new ConfigError(`${file}: ${headline}`, error.errors);
  }
}

function findConfig(folder: string): string {
  if (!existsSync(folder))
    throw new ConfigError(`There is no folder ${folder}; name the one that holds plinth.config.ts.`);
  if (!statSync(folder).isDirectory())
    throw new ConfigError(`${folder} is not a folder; name the one that holds plinth.config.ts.`);
  const name = fileNames.find((each) => existsSync(join(folder, each)));
  if (name === undefined)
    throw new ConfigError(`There is no plinth.config.ts in ${folder}; copy one from an example to begin with.`);
  return join(folder, name);
}

/**
 * esbuild turns the file, with what it imports from its own folder, into one script that is run here. A loader hook
 * (tsx's, say) would need a process started with it, has no effect inside Jest, and cannot say where a syntax error
 * stands. It also lets `import … from 'plinth'` mean this project wherever the folder is, without an installation.
 */
function bundle(file: string): BuildResult & { outputFiles: OutputFile[] } {
  return buildSync({
    // As an entry point itself a JSON file would lose its content.
    stdin: { contents: `module.exports = require('./${basename(file)}')`, resolveDir: dirname(file) },
    absWorkingDir: dirname(file),
    bundle: true,
    write: false,
    outfile: join(dirname(file), 'plinth.config.bundle.js'),
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: { plinth: join(__dirname, 'define.ts') },
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(file).href),
      'import.meta.dirname': JSON.stringify(dirname(file)),
      'import.meta.filename': JSON.stringify(file),
    },
    // A project outside has a tsconfig.json of its own at times, which is none of ours.
    tsconfigRaw: {},
    sourcemap: 'external',
    logLevel: 'silent',
  });
}

async function settingsOf(file: string): Promise<unknown> {
  let output: readonly OutputFile[];
  try {
    output = bundle(file).outputFiles;
  } catch (error) {
    throw new ConfigError(unreadable(file, error as Partial<BuildFailure>));
  }
  const code = output.find(({ path }) => path.endsWith('.js'))?.text ?? '';
  const map = output.find(({ path }) => path.endsWith('.map'))?.text ?? '{}';
  const module = { exports: {} as Record<string, unknown> };
  const script = join(dirname(file), 'plinth.config.bundle.js');
  let settings: unknown;
  try {
    const run = compileFunction(code, ['module', 'exports', 'require', '__filename', '__dirname'], {
      filename: script,
    });
    run(module, module.exports, createRequire(file), file, dirname(file));
    settings = await defaultOf(module.exports);
  } catch (error) {
    throw new ConfigError(threw(file, script, map, error));
  }
  if (settings === undefined) {
    throw new ConfigError(`${file} has no default export; write export default defineProject({ … }).`);
  }
  return settings;
}

/** What a CommonJS file or JSON exports is the settings; an ES module has them under `default`. */
function defaultOf(exported: Record<string, unknown>): unknown {
  if (exported['default'] !== undefined) return exported['default'];
  const isModule = exported['__esModule'] === true;
  return isModule || Object.keys(exported).length === 0 ? undefined : exported;
}

function unreadable(file: string, { errors = [], message = 'no reason given' }: Partial<BuildFailure>): string {
  const [first] = errors;
  if (!first) {
    const [reason = ''] = message.trim().split('\n');
    return `${file} cannot be read: esbuild does not run on this machine (${reason.replace(/[.]$/, '')}). Run "npm ci" here.`;
  }
  const { location } = first;
  const at = location ? `${resolve(dirname(file), location.file)}:${location.line}:${location.column + 1}` : file;
  return `${at} cannot be read: ${withoutCredentials(first.text)}.`;
}

function threw(file: string, script: string, map: string, error: unknown): string {
  const { message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
  const [reason = ''] = withoutCredentials(message).split('\n');
  return `${originOf(script, map, stack) ?? file} throws an error while it is loaded: ${reason}`;
}

/** The first frame of the stack in the bundle, as the place in the user's file that the source map gives for it. */
function originOf(script: string, map: string, stack: string): string | undefined {
  const frame = stack.split('\n').find((line) => line.includes(script));
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame ?? '') ?? [];
  if (line === undefined || column === undefined) return undefined;
  const sourceMap = new SourceMap(JSON.parse(map) as SourceMapPayload);
  const { originalSource, originalLine, originalColumn } = sourceMap.findEntry(
    Number(line) - 1,
    Number(column) - 1,
  ) as Partial<SourceMapping>;
  if (originalSource === undefined || originalLine === undefined || originalColumn === undefined) return undefined;
  return `${resolve(dirname(script), originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
}
