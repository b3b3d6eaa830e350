import type { CheckResult, DrillCheckResult, Evidence } from './contract';
import { largestAnswer } from './contract';

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');

// A title, an expectation and what was found are sentences: longer ones are lists that nobody reads to the end.
const longestText = 1_500;

/**
 * The answer within what a state may hold. Evidence goes first, the largest first, and says so; then the checks that
 * passed, and last those that failed. The verdict was made before, and stays.
 */
export function withinLimit(answer: DrillCheckResult, most = largestAnswer): DrillCheckResult {
  const checks = answer.Checks.map(shortened);
  const share = (limit: number) => checks.map((check) => ({ ...check, ...evidenceWithin(check.Evidence, limit) }));
  for (const limit of [most, 50_000, 20_000, 8_000, 3_000, 1_000, 200]) {
    const tried = { ...answer, Checks: share(limit) };
    if (bytes(tried) <= most) return tried;
  }
  const bare = share(0);
  const room = most - bytes({ ...answer, Checks: [], NotShown: bare.length });
  const kept = new Set<CheckResult>();
  let used = 0;
  for (const check of [...bare.filter(({ Passed }) => !Passed), ...bare.filter(({ Passed }) => Passed)]) {
    used += bytes(check) + 1;
    if (used > room) break;
    kept.add(check);
  }
  const Checks = bare.filter((check) => kept.has(check));
  return { ...answer, Checks, NotShown: bare.length - Checks.length };
}

function shortened(check: CheckResult): CheckResult {
  const cut = (text: string) => (text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text);
  const { Title, Expected, Found, Warning, Help } = check;
  return {
    ...check,
    ...{ Title: cut(Title), Expected: cut(Expected), Found: cut(Found) },
    ...(Warning !== undefined && { Warning: cut(Warning) }),
    ...(Help !== undefined && { Help: cut(Help) }),
  };
}

function evidenceWithin(evidence: Evidence | undefined, limit: number): { readonly Evidence?: Evidence } {
  if (evidence === undefined) return {};
  const size = bytes(evidence);
  if (size <= limit) return { Evidence: evidence };
  const note = { Cut: `${size} bytes of evidence are left out, to keep the answer small.` };
  return { Evidence: note };
}
