import type { Flow, State } from './machine';
import { type ExecutionEvent, walked } from './run/history';

export type EdgeKind = 'next' | 'choice' | 'default' | 'catch' | 'end' | 'succeed' | 'fail';

/** A way out of a state. Its name stays the same as long as the definition does: `Check: Catch[0] -> Clean up`. */
export interface Edge {
  readonly name: string;
  readonly from: string;
  readonly kind: EdgeKind;
  readonly to?: string;
}

/** Each way out of each state, those of branches and iterations included. */
export function edgesOf(machine: Flow): Edge[] {
  return [...machine.states.values()].flatMap((state) => [
    ...edgesFrom(state),
    ...(state.type === 'Parallel' ? state.branches.flatMap(edgesOf) : []),
    ...(state.type === 'Map' ? edgesOf(state.processor) : []),
  ]);
}

/** The names of the edges that an execution walked. Takes its own history, not one that went through JSON. */
export function edgesWalked(history: readonly ExecutionEvent[]): Set<string> {
  const names = history.flatMap((event) => event[walked] ?? []);
  if (names.length === 0 && history.some(({ type }) => type.endsWith('StateExited'))) {
    throw new Error('This history went through JSON, which leaves out the edges: take the one that execute returned.');
  }
  return new Set(names);
}

export function edgeName(from: string, way: string, to?: string): string {
  return to === undefined ? `${from}: ${way}` : `${from}: ${way} -> ${to}`;
}

function edgesFrom(state: State): Edge[] {
  const edges: Edge[] = [];
  const add = (kind: EdgeKind, way: string, to?: string) => {
    edges.push({ name: edgeName(state.name, way, to), from: state.name, kind, ...(to !== undefined && { to }) });
  };
  if (state.type === 'Succeed') add('succeed', 'Succeed');
  else if (state.type === 'Fail') add('fail', 'Fail');
  else if (state.type === 'Choice') {
    state.choices.forEach(({ next }, i) => {
      add('choice', `Choices[${i}]`, next);
    });
    if (state.default !== undefined) add('default', 'Default', state.default);
  } else if (state.next === undefined) add('end', 'End');
  else add('next', 'Next', state.next);
  if ('catch' in state) {
    state.catch.forEach(({ next }, i) => {
      add('catch', `Catch[${i}]`, next);
    });
  }
  return edges;
}
