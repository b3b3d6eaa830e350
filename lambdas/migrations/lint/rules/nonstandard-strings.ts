import type { Check } from '../rule';
import { settingOf } from '../setting';

/** With it off, a backslash escapes a quote, and a statement ends elsewhere than the parser here believes. */
export const nonstandardStrings: Check<Record<never, never>> = function* ({ statement: { node } }) {
  const setting = settingOf(node);
  if (setting?.name === 'standard_conforming_strings' && !['on', 'true', '1'].includes(setting.value ?? 'on')) {
    yield { facts: {} };
  }
};
