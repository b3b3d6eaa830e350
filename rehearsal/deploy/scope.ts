import type { Account, Deployed } from '../account';
import { RehearsalError } from '../errors';
import { noValue, resolve, type Scope } from '../template/intrinsics';
import type { Template } from '../template/template';

// As the deploy reads it from the parameter of the bootstrap stack.
const bootstrapVersion = '32';

/** What the names in a template stand for while a stack is deployed. */
export function scopeOf(
  template: Template,
  place: { readonly account: Account; readonly name: string; readonly id: string },
  resources: ReadonlyMap<string, Deployed>,
  imported: (name: string) => void = () => {},
): Scope {
  const { account, name, id } = place;
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account.id,
    'AWS::Region': account.region,
    'AWS::Partition': account.partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': name,
    'AWS::StackId': id,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };
  const conditions = new Map<string, boolean>();
  const asked = new Set<string>();
  const scope: Scope = {
    ref: (wanted) => {
      if (Object.hasOwn(pseudo, wanted)) return pseudo[wanted];
      const parameter = template.parameters[wanted];
      if (parameter) return parameterOf(wanted, parameter.Type, parameter.Default);
      return resourceOf(wanted, 'Ref').id;
    },
    attribute: (wanted, attribute) => {
      const resource = resourceOf(wanted, `Fn::GetAtt of ${attribute}`);
      if (Object.hasOwn(resource.attributes, attribute)) return resource.attributes[attribute];
      throw new RehearsalError(`${wanted}: the rehearsal knows no attribute ${attribute} of an ${resource.type}.`);
    },
    mapping: (map, first, second) => {
      const value = template.mappings[map]?.[first]?.[second];
      if (value === undefined) throw new RehearsalError(`The mapping ${map} has no entry ${first}.${second}.`);
      return value;
    },
    condition: (wanted) => {
      const known = conditions.get(wanted);
      if (known !== undefined) return known;
      if (!Object.hasOwn(template.conditions, wanted)) {
        throw new RehearsalError(`The template has no condition ${wanted}.`);
      }
      if (asked.has(wanted)) throw new RehearsalError(`The condition ${wanted} needs itself.`);
      asked.add(wanted);
      const value = resolve(template.conditions[wanted], scope, `Conditions.${wanted}`) === true;
      conditions.set(wanted, value);
      return value;
    },
    importValue: (wanted) => {
      const found = account.exported(wanted);
      if (!found) throw new RehearsalError(`No deployed stack exports ${wanted}.`);
      imported(wanted);
      return found.value;
    },
    zones: (region) => ['a', 'b', 'c'].map((zone) => `${region || account.region}${zone}`),
  };
  function resourceOf(wanted: string, how: string): Deployed {
    const resource = resources.get(wanted);
    if (!resource) throw new RehearsalError(`${how}: ${wanted} is no resource that is deployed, and no parameter.`);
    return resource;
  }
  return scope;
}

function parameterOf(name: string, type: string, value: string | undefined): unknown {
  if (value === undefined)
    throw new RehearsalError(`The parameter ${name} has no default, and a deploy gives it no value.`);
  if (type === 'AWS::SSM::Parameter::Value<String>' && value.startsWith('/cdk-bootstrap/')) return bootstrapVersion;
  if (type === 'String' || type === 'Number') return value;
  if (type === 'CommaDelimitedList') return value.split(',');
  throw new RehearsalError(`The parameter ${name} is of the type ${type}, which the rehearsal does not know.`);
}

/** The assertions of the section Rules, which are checked before anything is deployed. */
export function checkRules(template: Template, scope: Scope): void {
  for (const [name, rule] of Object.entries(template.rules)) {
    const path = `Rules.${name}`;
    if (rule.RuleCondition !== undefined && resolve(rule.RuleCondition, scope, path) !== true) continue;
    for (const { Assert, AssertDescription } of rule.Assertions) {
      if (resolve(Assert, scope, path) !== true) {
        throw new RehearsalError(`${path}: ${AssertDescription ?? 'the assertion does not hold'}`);
      }
    }
  }
}
