import type { DefElem, Node } from 'libpg-query';
import { stringsOf } from '../../sql/tree';
import type { Check } from '../rule';

const option = (options: readonly Node[], name: string): DefElem[] =>
  options.flatMap((node) => ('DefElem' in node && node.DefElem.defname === name ? [node.DefElem] : []));

const isOn = ({ arg }: DefElem) => arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;

const fixesSearchPath = ({ arg }: DefElem) =>
  arg !== undefined && 'VariableSetStmt' in arg && arg.VariableSetStmt.name?.toLowerCase() === 'search_path';

/** A body in SQL's own form is bound to its objects when it is created; only text is looked up when it runs. */
export const securityDefiner: Check<{ name: string }> = function* ({ statement: { node } }) {
  if (!('CreateFunctionStmt' in node) || node.CreateFunctionStmt.sql_body !== undefined) return;
  const { funcname, options = [] } = node.CreateFunctionStmt;
  if (option(options, 'security').some(isOn) && !option(options, 'set').some(fixesSearchPath)) {
    yield { facts: { name: stringsOf(funcname).join('.') } };
  }
};
