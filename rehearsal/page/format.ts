export const seconds = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const plural = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;

export const bytes = (n: number): string =>
  n < 1024 ? `${n} B` : n < 1024 ** 2 ? `${(n / 1024).toFixed(0)} KiB` : `${(n / 1024 ** 2).toFixed(1)} MiB`;

export const percent = (part: number, whole: number): string => `${whole > 0 ? ((100 * part) / whole).toFixed(3) : 0}%`;

export const shortType = (type: string): string => type.replace(/^AWS::/, '');

export const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

export const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
