import { memoryGiB, vectorParameters } from '../../../lib/constructs/instance-memory';

test.each([
  ['db.t4g.micro', 1],
  ['db.t4g.small', 2],
  ['db.t4g.medium', 4],
  ['db.t3.2xlarge', 32],
  ['db.m7g.large', 8],
  ['db.r7g.large', 16],
  ['db.r6g.4xlarge', 128],
  ['db.x2g.large', 32],
  ['db.c6gd.xlarge', 8],
  ['db.z1d.large', undefined],
])('%s has %s GiB', (instanceClass, gib) => {
  expect(memoryGiB(instanceClass)).toBe(gib);
});

test.each([
  ['db.t4g.micro', '131072'],
  ['db.t4g.medium', '524288'],
  ['db.r7g.large', '2097152'],
  ['db.r7g.16xlarge', '8388608'],
])('a build on %s may use %s kB', (instanceClass, kb) => {
  expect(vectorParameters(instanceClass)).toEqual({ maintenance_work_mem: kb });
});

test('a class that is not known keeps the server’s own defaults', () => {
  expect(vectorParameters('db.z1d.large')).toEqual({});
});
