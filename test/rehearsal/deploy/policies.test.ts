import { deleteStack, deployStack } from '../../../rehearsal/deploy/stack';
import { Deploys, stackOf, thing } from '../support/stacks';

const ref = (name: string) => ({ Ref: name });
let deploys: Deploys;
beforeEach(() => {
  deploys = new Deploys();
});
const deploy = (resources: Record<string, unknown>, sections = {}, name = 'S') =>
  deployStack(stackOf(name, resources, sections), deploys.context);

describe('policies', () => {
  test('Retain keeps the resource when it leaves the template, and when its stack is deleted', async () => {
    await deploy({
      A: thing({}, { DeletionPolicy: 'Retain' }),
      B: thing({}, { DeletionPolicy: 'Retain' }),
      C: thing(),
    });
    deploys.since();
    await deploy({ B: thing({}, { DeletionPolicy: 'Retain' }), C: thing() });
    expect(await deleteStack('S', deploys.context)).toEqual({ stack: 'S', outcome: 'deleted' });
    expect(deploys.since()).toEqual(['remove C-3']);
    expect(deploys.account.retained.map(({ id }) => id)).toEqual(['A-1', 'B-2']);
  });

  test.each([
    ['Retain', []],
    ['RetainExceptOnCreate', ['remove B-2']],
    ['Delete', ['remove B-2']],
  ])('%s decides what becomes of a resource that an update made before it was rolled back', async (policy, removed) => {
    await deploy({ A: thing() });
    deploys.since();
    deploys.failing.add('create C');
    await deploy({ A: thing(), B: thing({}, { DeletionPolicy: policy }), C: thing({ Of: ref('B') }) });
    expect(deploys.since().filter((what) => what.startsWith('remove B'))).toEqual(removed);
  });

  test('RetainExceptOnCreate keeps what an earlier deploy has made', async () => {
    const kept = thing({}, { DeletionPolicy: 'RetainExceptOnCreate' });
    await deploy({ A: thing(), B: kept });
    deploys.since();
    await deploy({ A: thing() });
    expect(deploys.since()).toEqual([]);
  });

  test('UpdateReplacePolicy keeps what was replaced', async () => {
    const stack = (name: string) => deploy({ A: thing({ Name: name }, { UpdateReplacePolicy: 'Retain' }) });
    await stack('one');
    deploys.since();
    await stack('two');
    expect(deploys.since()).toEqual(['create A']);
    expect(deploys.account.retained.map(({ id }) => id)).toEqual(['A-1']);
  });

  test('Snapshot keeps a copy, which is complete before the resource goes', async () => {
    await deploy({ A: thing(), B: thing({}, { DeletionPolicy: 'Snapshot' }) });
    deploys.since();
    await deploy({ A: thing() });
    expect(deploys.since()).toEqual(['snapshot B-2', 'remove B-2']);
  });

  test('Snapshot on a type that nothing takes a snapshot of fails the removal, and the resource stays', async () => {
    const topic = { Type: 'AWS::Logs::MetricFilter', DeletionPolicy: 'Snapshot' };
    await deploy({ A: thing(), B: topic });
    const { reason } = await deleteStack('S', deploys.context);
    expect(reason).toContain(
      'Nothing takes a snapshot of AWS::Logs::MetricFilter; the policy can be Delete or Retain.',
    );
    expect(deploys.account.stacks.get('S')?.resources.has('B')).toBe(true);
  });
});
