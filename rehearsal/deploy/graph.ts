/**
 * Runs each node when those that it needs have run, at once where they may. After the first failure nothing new is
 * begun; what runs is waited for, and then the failure is thrown.
 */
export async function runGraph(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  run: (node: string) => Promise<void>,
): Promise<void> {
  const circle = circleIn(needs);
  if (circle) throw new Error(`Circular dependency between resources: [${circle.join(', ')}]`);
  const state = { failure: undefined as { readonly error: unknown } | undefined };
  const runs = new Map<string, Promise<void>>();
  const start = (node: string): Promise<void> => {
    const running = runs.get(node);
    if (running) return running;
    const needed = [...(needs.get(node) ?? [])].filter((need) => needs.has(need));
    const before = needed.map((need) => start(need));
    const result = Promise.all(before).then(async () => {
      if (state.failure) return;
      try {
        await run(node);
      } catch (error) {
        state.failure ??= { error };
      }
    });
    runs.set(node, result);
    return result;
  };
  await Promise.all([...needs.keys()].map((node) => start(node)));
  if (state.failure) throw state.failure.error;
}

/** Nodes that need each other, if there are any. */
export function circleIn(needs: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): readonly string[] | undefined => {
    if (done.has(node)) return undefined;
    if (path.includes(node)) return path.slice(path.indexOf(node));
    for (const need of needs.get(node) ?? []) {
      const found = needs.has(need) ? visit(need, [...path, node]) : undefined;
      if (found) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of needs.keys()) {
    const found = visit(node, []);
    if (found) return found;
  }
  return undefined;
}

/** The same nodes, each needing those that needed it: the order in which things are taken down. */
export function reversed(needs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  const turned = new Map([...needs.keys()].map((node) => [node, new Set<string>()]));
  for (const [node, needed] of needs) for (const need of needed) turned.get(need)?.add(node);
  return turned;
}
