import { listed } from './fields';
import { ConfigError } from './findings';
import { nearest } from './nearest';
import type { Environment, Project } from './project';

/** The environment of that name; without a name the only one there is. */
export function selectEnvironment(project: Project, name: string | undefined): Environment {
  const names = Object.keys(project.environments);
  const [first = ''] = names;
  const wanted = name ?? (names.length === 1 ? first : undefined);
  const all = listed(names, 'and');
  if (wanted === undefined) throw new ConfigError(`No environment is named; ${project.name} has ${all}.`);
  const found = Object.hasOwn(project.environments, wanted) ? project.environments[wanted] : undefined;
  if (found !== undefined) return found;
  const guess = nearest(wanted, names);
  const hint = guess === undefined ? '' : `; did you mean '${guess}'?`;
  throw new ConfigError(`There is no environment '${wanted}'; ${project.name} has ${all}${hint || '.'}`);
}
