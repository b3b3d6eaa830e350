import { dumpTaskSize } from '../../../lib/constructs/dump-memory';

test.each([
  [20, 1024, 2048],
  [1024, 1024, 2048],
  [2048, 1024, 3072],
  [4096, 1024, 5120],
  [8192, 1024, 8192],
  [16_384, 2048, 14_336],
  [65_536, 2048, 16_384],
])(
  'a dump of up to %i GiB is taken with %i CPU units and %i MiB, for the parts of its upload grow with it',
  (gib, cpu, memoryMiB) => {
    expect(dumpTaskSize(gib)).toEqual({ cpu, memoryMiB });
  },
);
