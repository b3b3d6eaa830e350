export type Context = Readonly<Record<string, string | readonly string[]>>;

const lower = (text: string) => text.toLowerCase();

/** Keys are the same in small and large letters, but for the names of tags behind a slash. */
export function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => lower(name) === lower(key));
  return found === undefined ? undefined : [found[1]].flat();
}
