import type { State } from '../machine';

/** Where a state can lead to, by the field that says so. */
export function targetsOf(state: State): { readonly field: string; readonly target: string }[] {
  const targets: { field: string; target: string }[] = [];
  if (state.type === 'Choice') {
    targets.push(...state.choices.map(({ next }, i) => ({ field: `Choices[${i}].Next`, target: next })));
    if (state.default !== undefined) targets.push({ field: 'Default', target: state.default });
  } else if (state.type !== 'Succeed' && state.type !== 'Fail' && state.next !== undefined) {
    targets.push({ field: 'Next', target: state.next });
  }
  if ('catch' in state) {
    targets.push(...state.catch.map(({ next }, i) => ({ field: `Catch[${i}].Next`, target: next })));
  }
  return targets;
}
