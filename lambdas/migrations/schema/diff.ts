interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

// Lines around a difference that show where one is.
const context = 3;

/** The difference of two texts as `diff -u` shows it; empty where there is none. */
export function unifiedDiff(from: string, to: string, names: { readonly from: string; readonly to: string }): string {
  if (from === to) return '';
  const edits = editsOf(linesOf(from), linesOf(to));
  const hunks: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let i = 0; i < edits.length; ) {
    const end = hunkEnd(edits, i);
    if (end === undefined) {
      if (edits[i]?.sign !== '+') oldLine++;
      if (edits[i]?.sign !== '-') newLine++;
      i++;
      continue;
    }
    const part = edits.slice(i, end);
    const olds = part.filter(({ sign }) => sign !== '+').length;
    const news = part.filter(({ sign }) => sign !== '-').length;
    hunks.push(`@@ -${oldLine},${olds} +${newLine},${news} @@`, ...part.map(({ sign, line }) => `${sign}${line}`));
    oldLine += olds;
    newLine += news;
    i = end;
  }
  return [`--- ${names.from}`, `+++ ${names.to}`, ...hunks].join('\n');
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The end of the hunk that begins here, where one does: its first change is at most `context` lines away. */
function hunkEnd(edits: readonly Edit[], from: number): number | undefined {
  const changed = (i: number) => edits[i] !== undefined && edits[i]?.sign !== ' ';
  const near = (i: number) => Array.from({ length: context + 1 }, (_, step) => i + step).some(changed);
  if (!near(from)) return undefined;
  let last = from;
  for (let i = from; i < edits.length && i <= last + 2 * context + 1; i++) if (changed(i)) last = i;
  // `last` begins as the first line of the hunk; the loop moves it from change to change.
  return Math.min(edits.length, last + context + 1);
}

/** The shortest list of edits, by the longest common subsequence of what remains between equal beginnings and ends. */
function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: ' ', line }));
  return [
    ...same(a.slice(0, start)),
    ...middle(a.slice(start, a.length - tail), b.slice(start, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ];
}

function middle(a: readonly string[], b: readonly string[]): Edit[] {
  const width = b.length + 1;
  // 4 bytes for each pair of lines: two schemas of 5,000 lines that share nothing take 100 MB.
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      edits.push({ sign: ' ', line: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ sign: '-', line: left });
      i++;
    } else if (right !== undefined) {
      edits.push({ sign: '+', line: right });
      j++;
    }
  }
  return edits;
}
