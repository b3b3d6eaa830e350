import type { Check } from '../rule';

const actions: Readonly<Record<string, string>> = {
  AT_DisableTrig: 'DISABLE TRIGGER',
  AT_DisableTrigAll: 'DISABLE TRIGGER ALL',
  AT_DisableTrigUser: 'DISABLE TRIGGER USER',
  AT_DisableRule: 'DISABLE RULE',
  AT_DisableRowSecurity: 'DISABLE ROW LEVEL SECURITY',
};

export const disableTrigger: Check<{ action: string; table: string }> = function* ({ alterations }) {
  for (const { table, command, at } of alterations) {
    const action = actions[command.subtype ?? ''];
    if (action !== undefined) yield { at, facts: { action, table } };
  }
};
