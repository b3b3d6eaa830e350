/** Negative, zero or positive, as for sorting: 0.10 is newer than 0.9. A part that is no number comes before 0. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.localeCompare(right) * Number(parts(left).includes(-1) || parts(right).includes(-1));
}

const parts = (version: string) => version.split(/[.-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : -1));
