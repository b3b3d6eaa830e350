import { runtimeError } from '../errors';
import { parsedPath, pathExpression } from '../expressions/json-path';
import { isExpression, templateExpression } from '../expressions/jsonata';
import { find } from '../expressions/path-find';
import type { Path } from '../expressions/path-types';
import type { Expression, View } from '../expressions/view';
import type { Json } from '../json';
import type { ChoiceRule, ChoiceState } from '../machine';
import { comparators, typeTests } from './comparators';
import { Fields } from './fields';
import { defined, parseAssign, parseIo } from './io';
import { type Place, show } from './place';
import { checked, template } from './settings';

type Test = (view: View) => boolean;

export function parseChoice(fields: Fields): Omit<ChoiceState, 'name' | 'language'> {
  const rules = fields.array('Choices');
  if (!rules?.length) fields.place.problem('Choices must be a list of at least one rule.');
  const choices = (rules ?? []).flatMap((value, i) => {
    const rule = Fields.of(value, fields.at('Choices').index(i));
    return rule ? [parseRule(rule)] : [];
  });
  return {
    type: 'Choice',
    choices,
    ...defined('default', fields.string('Default')),
    io: parseIo(fields, ['output', 'assign']),
  };
}

function parseRule(rule: Fields): ChoiceRule {
  rule.required('Next');
  const next = rule.string('Next') ?? '';
  rule.comment();
  const assign = parseAssign(rule);
  const jsonata = rule.place.language === 'JSONata';
  const condition = jsonata ? jsonataCondition(rule) : parseTest(rule);
  const output = jsonata ? template(rule, 'Output') : undefined;
  rule.end('a rule');
  return { condition, next, ...defined('assign', assign), ...defined('output', output) };
}

function jsonataCondition(rule: Fields): Expression {
  const condition = rule.get('Condition');
  if (typeof condition === 'boolean') return () => condition;
  if (condition === undefined || !isExpression(condition)) {
    rule.place.problem(`Condition must be true, false or an expression in {% %}, and is ${show(condition)}.`);
    return () => false;
  }
  const place = rule.at('Condition');
  const test = { what: 'true or false', is: (value: Json) => typeof value === 'boolean' };
  return checked(templateExpression(condition, place), place, test) ?? (() => false);
}

function parseTest(rule: Fields): Test {
  const given = Object.keys(rule.object);
  const joined = (['And', 'Or', 'Not'] as const).filter((key) => given.includes(key));
  const compared = given.filter((key) => comparators.has(key) || typeTests.has(key));
  if (joined.length + compared.length !== 1) {
    rule.place.problem(
      `must have one comparison, or one of And, Or and Not, and has ${[...joined, ...compared].join(', ') || 'none'}.`,
    );
    for (const key of [...joined, ...compared, 'Variable']) rule.get(key);
    return () => false;
  }
  const [join] = joined;
  if (join === 'Not') {
    const test = nested(rule.get('Not'), rule.at('Not'));
    return (view) => !test(view);
  }
  if (join) {
    const list = rule.array(join);
    if (!list?.length) rule.at(join).problem('must be a list of at least one rule.');
    const tests = (list ?? []).map((value, i) => nested(value, rule.at(join).index(i)));
    return join === 'And' ? (view) => tests.every((test) => test(view)) : (view) => tests.some((test) => test(view));
  }
  return parseComparison(rule, compared[0] ?? '');
}

function nested(value: Json | undefined, place: Place): Test {
  const rule = Fields.of(value, place);
  if (!rule) return () => false;
  const test = parseTest(rule);
  rule.comment();
  rule.refuse('Next', 'only the outermost rule has a Next.');
  rule.refuse('Assign', 'only the outermost rule has an Assign.');
  rule.end('a rule within a rule');
  return test;
}

function parseComparison(rule: Fields, name: string): Test {
  const operand = rule.get(name);
  const at = rule.at(name);
  const variable = rule.get('Variable');
  if (variable === undefined) rule.place.problem('Variable is missing.');
  const path = variable === undefined ? undefined : parsedPath(variable, rule.at('Variable'));
  if (!path) return () => false;
  const value = (view: View): Json => find(path, view) ?? absent(path, view);
  const typeTest = typeTests.get(name);
  if (typeTest || name === 'IsPresent') {
    if (typeof operand !== 'boolean') at.problem(`must be true or false, and is ${show(operand)}.`);
    if (!typeTest) return (view) => (path.definite ? find(path, view) !== undefined : foundAny(path, view)) === operand;
    return (view) => typeTest(value(view)) === operand;
  }
  const comparator = comparators.get(name);
  if (!comparator) return () => false;
  if (!name.endsWith('Path')) {
    if (operand === undefined || !comparator.takes(operand))
      at.problem(`must be ${comparator.what}, and is ${show(operand)}.`);
    return (view) => comparator.holds(value(view), operand ?? null);
  }
  const other = pathExpression(operand ?? null, at);
  return (view) => {
    const right = (other?.(view) ?? null) as Json;
    if (!comparator.takes(right)) {
      throw runtimeError(
        `The value that '${String(operand)}' finds for '${name}' must be ${comparator.what}, and is ${show(right)}.`,
      );
    }
    return comparator.holds(value(view), right);
  };
}

function foundAny(path: Path, view: View): boolean {
  const found = find(path, view);
  return Array.isArray(found) && found.length > 0;
}

/** What was not found, unless it is null. */
function absent(path: Path, view: View): null {
  if (find(path, view) === null) return null;
  throw runtimeError(`Invalid path '${path.text}': The choice state's condition path references an invalid value.`);
}
