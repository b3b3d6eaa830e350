import { RehearsalError } from '../errors';

/** `Fn::Cidr`: so many blocks, each with so many bits left for hosts, one after the other. IPv4 alone. */
export function cidrBlocks(block: string, count: number, hostBits: number, path: string): string[] {
  const { first, prefix } = parseCidr(block, path);
  const size = 2 ** hostBits;
  if (count * size > 2 ** (32 - prefix)) {
    throw new RehearsalError(`${path}: ${block} does not hold ${count} blocks of ${size} addresses.`);
  }
  return Array.from({ length: count }, (_, i) => `${addressOf(first + i * size)}/${32 - hostBits}`);
}

export interface Cidr {
  /** The lowest address, as a number. */
  readonly first: number;
  readonly prefix: number;
}

export function parseCidr(block: string, path: string): Cidr {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  const numbers = (match ?? []).slice(1).map(Number);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers;
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) {
    throw new RehearsalError(`${path}: "${block}" is not a block of IPv4 addresses, such as 10.0.0.0/16.`);
  }
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const size = 2 ** (32 - prefix);
  return { first: Math.floor(address / size) * size, prefix };
}

const addressOf = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
