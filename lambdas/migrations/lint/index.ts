import { always, directive, psqlCommand, syntaxError } from './catalogue/always';
import { data } from './catalogue/data';
import { locking } from './catalogue/locking';
import { privileges } from './catalogue/privileges';
import { runningCode } from './catalogue/running-code';
import type { Rule } from './rule';

export { directive, psqlCommand, syntaxError };

export const rules: readonly Rule[] = [...always, ...data, ...locking, ...runningCode, ...privileges];

/** The rules that a policy may set and a comment may allow. */
export const policyRules: readonly string[] = rules.filter(({ level }) => level !== 'always').map(({ name }) => name);

/** Found without a rule of their own; no policy reaches them. */
export const builtIn: readonly string[] = [syntaxError, psqlCommand, directive];
