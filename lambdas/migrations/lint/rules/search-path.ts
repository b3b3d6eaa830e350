import type { Check } from '../rule';
import { settingOf } from '../setting';

export const searchPath: Check<Record<never, never>> = function* ({ statement: { node } }) {
  const setting = settingOf(node);
  if (setting?.name === 'search_path' && !setting.local) yield { facts: {} };
};
