import { createHash } from 'node:crypto';
import { AwsError, UnknownToRehearsal } from '../cloud/errors';

export interface Checksum {
  readonly member: Member;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export type Member = 'ChecksumCRC32' | 'ChecksumCRC32C' | 'ChecksumSHA1' | 'ChecksumSHA256';

/** Both cyclic ones by their table, which begins from the reversed polynomial. */
function cyclic(polynomial: number): (data: Buffer) => Buffer {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value >>> 0;
  });
  return (data) => {
    let value = 0xffffffff;
    for (const byte of data) value = (table[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
    const result = Buffer.alloc(4);
    result.writeUInt32BE(~value >>> 0);
    return result;
  };
}

const algorithms: Readonly<Record<Member, (data: Buffer) => Buffer>> = {
  ChecksumCRC32: cyclic(0xedb88320),
  ChecksumCRC32C: cyclic(0x82f63b78),
  ChecksumSHA1: (data) => createHash('sha1').update(data).digest(),
  ChecksumSHA256: (data) => createHash('sha256').update(data).digest(),
};

export const checksumMembers = Object.keys(algorithms) as Member[];

/** Checks what the caller says of the body, and gives the checksum that is kept with the object. */
export function checkedSum(input: Readonly<Record<string, unknown>>, body: Buffer): Checksum | undefined {
  if (input['ChecksumCRC64NVME'] !== undefined) throw new UnknownToRehearsal('the checksum CRC64NVME');
  const digest = input['ContentMD5'];
  if (digest !== undefined && digest !== md5(body).digest('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const member = checksumMembers.find((each) => input[each] !== undefined);
  if (!member) return undefined;
  const value = algorithms[member](body).toString('base64');
  if (value !== input[member]) {
    throw new AwsError(
      'BadDigest',
      `The ${member.replace('Checksum', '')} you specified did not match the calculated checksum.`,
    );
  }
  return { member, value, type: 'FULL_OBJECT' };
}

/** The checksum of checksums that a multipart upload has. */
export function compositeSum(sums: readonly (Checksum | undefined)[]): Checksum | undefined {
  const member = sums[0]?.member;
  if (!member || sums.some((each) => each?.member !== member)) return undefined;
  const joined = Buffer.concat(sums.map((each) => Buffer.from(each?.value ?? '', 'base64')));
  return { member, value: `${algorithms[member](joined).toString('base64')}-${sums.length}`, type: 'COMPOSITE' };
}

export const md5 = (data: Buffer) => createHash('md5').update(data);
