import { type Resource, resourcesOf, type Templates } from './templates';

type Entry = readonly [string, Resource];

/** A backup counts for what its last restore proved: production has drills, and a clock that starts each of them. */
export function judgeDrills(templates: Templates): readonly string[] {
  const stacks = Object.values(templates).map(resourcesOf);
  const drills = stacks.flatMap((all) => all.filter(isDrill).map((drill) => ({ drill, all })));
  if (drills.length === 0) return ['No stack holds a restore drill, so nothing proves that a backup restores.'];
  return drills.flatMap(({ drill: [id, resource], all }) => {
    const rules = all.filter((entry) => startsIt(entry, id));
    if (rules.length === 0) return [`The restore drill ${nameOfDrill(resource)} is started by no schedule.`];
    if (rules.some(([, { Properties }]) => Properties?.['State'] !== 'DISABLED')) return [];
    return [`The schedule of the restore drill ${nameOfDrill(resource)} is disabled.`];
  });
}

const nameOfDrill = ({ Properties }: Resource) => String(Properties?.['StateMachineName']);

const isDrill = ([, resource]: Entry): boolean =>
  resource.Type === 'AWS::StepFunctions::StateMachine' && /-drill-\w+$/.test(nameOfDrill(resource));

function startsIt([, { Type, Properties = {} }]: Entry, machine: string): boolean {
  if (Type !== 'AWS::Events::Rule' || Properties['ScheduleExpression'] === undefined) return false;
  const targets = (Properties['Targets'] ?? []) as readonly { readonly Arn?: unknown }[];
  return targets.some(({ Arn }) => references(Arn, machine));
}

const references = (arn: unknown, machine: string): boolean => {
  const { Ref, 'Fn::GetAtt': attribute } = (arn ?? {}) as { readonly Ref?: string; readonly 'Fn::GetAtt'?: unknown };
  return Ref === machine || (Array.isArray(attribute) && attribute[0] === machine);
};
