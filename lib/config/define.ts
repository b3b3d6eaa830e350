import type { ProjectSettings } from './settings';

/** Returns the settings as they are: it is here so that an editor knows what may be written. */
export function defineProject(settings: ProjectSettings): ProjectSettings {
  return settings;
}
