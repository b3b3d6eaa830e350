import { createHash } from 'node:crypto';

export const algorithms: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

export function digest(text: string, algorithm: string): string | undefined {
  const name = algorithms.get(algorithm);
  return name && createHash(name).update(text, 'utf8').digest('hex');
}

/** From 0 up to 1, always the same for the same seed. */
export function seeded(seed: number): number {
  const hash = createHash('sha256').update(String(seed)).digest();
  // 48 of the bits: more than a double's fraction needs would round to 1.
  return hash.readUIntBE(0, 6) / 2 ** 48;
}

/** From, from + step, …, never past to. */
export function range(from: number, to: number, step: number): number[] {
  const count = Math.max(0, Math.floor((to - from) / step) + 1);
  return Array.from({ length: count }, (_, i) => from + i * step);
}

export function partition<T>(items: readonly T[], size: number): T[][] {
  return range(0, items.length - 1, size).map((begin) => items.slice(begin, begin + size));
}
