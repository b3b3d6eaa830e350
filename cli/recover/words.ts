import type { RecoveryPlan } from '../../lambdas/recovery-plan/contract';
import type { Environment } from '../../lib/config';

/** What will happen, for somebody who has to say yes to it. */
export function inPlainWords(plan: RecoveryPlan, { prefix, name, recovery }: Environment): readonly string[] {
  const steps = plan.Action === 'swapBack' ? swapBack(plan, prefix) : recover(plan, prefix, recovery);
  return [
    titleOf(plan, prefix),
    '',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    ...plan.Notes.map((note) => `Note: ${note}`),
    `Nothing is deleted. Should it stop half-way, "npx plinth recover resume --env ${name}" goes on with what is there.`,
  ];
}

function titleOf({ Action, Recovery, Wanted }: RecoveryPlan, prefix: string): string {
  if (Action === 'recover') return `This is the recovery ${Recovery} of ${prefix}.`;
  return Wanted === prefix
    ? `There is nothing to swap back: ${prefix} is the instance from before the recovery ${Recovery}.`
    : `This swaps ${prefix} back to the instance from before the recovery ${Recovery}.`;
}

const away = 'For ten to twenty minutes the application has no database; its host name and its connection string stay.';

function recover(plan: RecoveryPlan, prefix: string, recovery: Environment['recovery']): readonly string[] {
  const { Next, Chosen, Wanted, Other } = plan;
  const { approvals, approveWithinHours } = recovery;
  const left = Other === 'named' ? ` ${prefix} is left as it is.` : '';
  const restore = `RDS restores ${Chosen}, into a new instance, ${Wanted}, with all settings of ${prefix}. Large databases take hours.${left}`;
  const decide = [
    `What is published is made to work on ${Wanted}, and all checks of a drill run on it.`,
    `It waits for ${approvals.join(' and ')} to approve, for ${approveWithinHours} hours at most. Until then nothing has changed for the application.`,
  ];
  const swap = [renaming(plan, prefix), `The application's own login is tried. ${keeping(plan)}`];
  if (Next === 'restore') return [restore, ...decide, ...swap];
  const there = `${Wanted} is there already: ${Chosen}.`;
  return Next === 'prepare' ? [there, ...decide, ...swap] : [there, 'It was approved before.', ...swap];
}

function renaming({ Wanted, Aside, Other }: RecoveryPlan, prefix: string): string {
  if (Wanted === prefix) return `${prefix} has its name already.`;
  if (Other === 'named') return `${prefix} is renamed to ${Aside}, and ${Wanted} to ${prefix}. ${away}`;
  return `${Wanted} is renamed to ${prefix}. Until then the application has no database, for nobody has the name.`;
}

function keeping({ Aside, Other, KeepUntil, RestoresTo }: RecoveryPlan): string {
  const since = `after ${RestoresTo ?? 'that time'}`;
  return Other === 'none'
    ? `What was written ${since} is lost.`
    : `${Aside} is kept until ${KeepUntil} at least; what was written into it ${since} is only there.`;
}

function swapBack({ Wanted, Aside, Other, Recovery }: RecoveryPlan, prefix: string): readonly string[] {
  const prepared = `What is published is made to work on ${Wanted}.`;
  if (Wanted === prefix) return [prepared, `It keeps its name, and the application's own login is tried.`];
  const other =
    Other === 'named' ? `The restored instance is renamed to ${Aside}, and ${Wanted} to` : `${Wanted} is renamed to`;
  const stays = Other === 'none' ? '' : ` What was written since is in ${Aside}, and stays there.`;
  return [
    prepared,
    `${other} ${prefix}, without asking for approvals. ${away}`,
    `The application sees the data from before the recovery ${Recovery} again.${stays}`,
  ];
}

/** What a state of the machine is about; several of them are one thing for whoever looks on. */
const doing: readonly (readonly [RegExp, string])[] = [
  [/^(Begin|Plan|WhatIsThere)$/, 'looks at what is there'],
  [/^Restore/, 'asks RDS for the instance'],
  [/^(ToAvailable|WaitForInstance|Describe|IsAvailable)$/, 'waits until the instance is available'],
  [/^Configure|Settings$|^AreSet$/, 'gives it the settings that a restore leaves out'],
  [/Password|^Logins$|^IsItDecided$/, 'makes the published logins work on it'],
  [/^(Check|NotChecked|Keep)$/, 'checks what is in it'],
  [/^Ask$/, 'waits for approval'],
  [/^(Settle|WasItApproved)$/, 'reads what was answered'],
  [/^(LookAtName|WhoHasTheName|MarkAside|StepAside)$|Aside/, 'has the one with the name step aside'],
  [/Name/, 'gives it the name'],
  [/^ExportLogs$/, 'has its logs exported'],
  [/^Verify$/, 'logs in as the application does'],
  [/^(Tell|Done)$/, 'tells that it is done'],
  [/^(Stopped|Terminal)$|^Not/, 'stops'],
];

export const about = (state: string): string => doing.find(([pattern]) => pattern.test(state))?.[1] ?? state;
