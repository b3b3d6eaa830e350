export { defineProject } from './define';
export { describeProject } from './describe';
export { ConfigError, type Finding } from './findings';
export { loadProject } from './load';
export { parseProject } from './parse-project';
export type * from './project';
export { selectEnvironment } from './select';
export type { EnvironmentSettings, ProjectSettings } from './settings';
