// What `aws s3 cp -` holds of a stream: six parts, each a power of two of MiB, at least 8, so large that 10,000 of them are
// enough for what is expected.
const partsAtOnce = 6;
const mostParts = 10_000;
const leastPartMiB = 8;
// pg_dump, pg_restore that reads back, and Python.
const restMiB = 1280;

/** CPU units and memory of the task that dumps, in the steps of Fargate, by the size that a dump may have. */
export function dumpTaskSize(expectedGiB: number): { readonly cpu: number; readonly memoryMiB: number } {
  let partMiB = leastPartMiB;
  while (partMiB * mostParts < expectedGiB * 1024) partMiB *= 2;
  const wanted = Math.ceil((restMiB + partsAtOnce * partMiB) / 1024) * 1024;
  // Fargate gives one CPU 2 to 8 GiB, and two up to 16.
  const memoryMiB = Math.min(Math.max(wanted, 2048), 16_384);
  return { cpu: memoryMiB > 8192 ? 2048 : 1024, memoryMiB };
}
