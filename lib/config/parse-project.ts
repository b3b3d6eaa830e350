import { isAbsolute, resolve } from 'node:path';
import { type EnvironmentSource, environmentKeys, parseEnvironment } from './environment';
import { Field, isObject, type Loose, optional, refuseUnknown, required, settled } from './fields';
import { ConfigError, Findings, show } from './findings';
import { pathOf } from './merge';
import { environmentName, longestPrefix, projectName } from './names';
import type { Environment, Project } from './project';
import { also, text } from './values';

const sqlFolder = also(text, (folder) =>
  isAbsolute(folder) ? 'is an absolute path; write it relative to the config file' : undefined,
);

/** Throws a ConfigError that lists everything that is wrong, or returns the project complete. */
export function parseProject(settings: unknown, { folder }: { readonly folder: string }): Project {
  if (!isObject(settings))
    throw new ConfigError(`The config exports ${show(settings)}; it must be the settings of a project.`);
  const findings = new Findings();
  const top = new Field({ findings, place: pathOf }, [], settings);
  refuseUnknown(top, settings, ['name', 'sql', 'environments', ...environmentKeys]);

  const name = required("the project's name", projectName)(top.at('name', settings['name']));
  const sql = optional(sqlFolder)(top.at('sql', settings['sql'])) ?? 'sql';
  const known = environmentKeys.filter((key) => Object.hasOwn(settings, key));
  const shared = Object.fromEntries(known.map((key) => [key, settings[key]]));
  const environments = sourcesOf(top.at('environments', settings['environments'])).map((own) => {
    const source = { ...own, shared, project: name ?? 'project' };
    if (name !== undefined) checkLength(source, top);
    return parseEnvironment(source, findings);
  });
  checkParameters(environments, top);

  if (findings.all.length > 0 || name === undefined) throw new ConfigError(headline(findings.all.length), findings.all);
  const complete = environments.filter((each) => each !== undefined).map((each) => settled<Environment>(each));
  return {
    name,
    folder,
    sqlFolder: resolve(folder, sql),
    environments: Object.fromEntries(complete.map((environment) => [environment.name, environment])),
  };
}

const headline = (count: number) => `The config has ${count === 1 ? 'an error' : `${count} errors`}:`;

/** Without an environment the shared sections are judged all the same, as those of one that adds nothing. */
const nobody = { name: 'env', place: [], own: {} };

function sourcesOf(field: Field): readonly Pick<EnvironmentSource, 'name' | 'place' | 'own'>[] {
  const { value } = field;
  if (value === undefined) field.complain('is missing; write at least one, such as { dev: {} }');
  else if (!isObject(value)) field.refuse('is not a section; write an object in braces');
  else if (Object.keys(value).length === 0) field.complain('has none; write at least one, such as { dev: {} }');
  else {
    return Object.entries(value).map(([name, own]) => {
      environmentName(field.at(name, name));
      return { name, place: ['environments', name], own };
    });
  }
  return [nobody];
}

function checkLength({ project, name, place }: EnvironmentSource, top: Field): void {
  const { length } = `${project}-${name}`;
  if (length <= longestPrefix) return;
  const sentence = `makes names that begin with '${project}-${name}', ${length} characters; ${longestPrefix} leave room for the rest`;
  place.reduce((at, key) => at.at(key, name), top).refuse(sentence);
}

/** Two environments in one account and region would overwrite each other's connection string. */
function checkParameters(environments: readonly (Loose<Environment> | undefined)[], top: Field): void {
  const owners = new Map<string, string>();
  for (const environment of environments) {
    const { name = '', account = '', region = '', connectionParameters = {} } = environment ?? {};
    for (const parameter of Object.values(connectionParameters)) {
      if (parameter === undefined) continue;
      const key = `${account} ${region} ${parameter}`;
      const owner = owners.get(key) ?? name;
      owners.set(key, owner);
      if (owner === name) continue;
      const at = top.at('environments', undefined).at(name, undefined);
      at.complain(`writes its connection to '${parameter}', as ${owner} does; put {env} into the parameter's name`);
    }
  }
}
