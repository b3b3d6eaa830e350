import { deleteStack, deployStack } from '../../../rehearsal/deploy/stack';
import { Deploys, stackOf, thing } from '../support/stacks';

const ref = (name: string) => ({ Ref: name });
let deploys: Deploys;
beforeEach(() => {
  deploys = new Deploys();
});
const deploy = (resources: Record<string, unknown>, sections = {}, name = 'S') =>
  deployStack(stackOf(name, resources, sections), deploys.context);

test('what is referred to is made first, whether by Ref, GetAtt, Sub or DependsOn', async () => {
  const { outcome } = await deploy({
    D: thing({}, { DependsOn: 'C' }),
    C: thing({ Of: { 'Fn::Sub': `x-\${B.Id}` } }),
    B: thing({ Of: { 'Fn::GetAtt': ['A', 'Id'] } }),
    A: thing({ Of: ref('Z') }),
    Z: thing(),
  });
  expect(outcome).toBe('created');
  expect(deploys.since()).toEqual(['create Z', 'create A', 'create B', 'create C', 'create D']);
});

test('what needs nothing of each other is made at the same time', async () => {
  let begun = 0;
  let bothBegun = () => {};
  const both = new Promise<void>((resolve) => {
    bothBegun = resolve;
  });
  deploys.during = () => {
    begun++;
    if (begun === 2) bothBegun();
    return both;
  };
  expect((await deploy({ A: thing(), B: thing() })).outcome).toBe('created');
});

test('a resource whose condition is false is not made, and is removed when its condition becomes false', async () => {
  const stack = (value: string) =>
    deploy(
      { A: thing(), B: thing({}, { Condition: 'Wanted' }) },
      { Conditions: { Wanted: { 'Fn::Equals': [value, 'yes'] } } },
    );
  await stack('yes');
  expect(Object.keys(deploys.there('S'))).toEqual(['A', 'B']);
  deploys.since();
  expect((await stack('no')).outcome).toBe('updated');
  expect(deploys.since()).toEqual(['remove B-2']);
  expect(Object.keys(deploys.there('S'))).toEqual(['A']);
});

test('the same template changes nothing, and a changed description changes no resource', async () => {
  await deploy({ A: thing() });
  deploys.since();
  expect((await deploy({ A: thing() })).outcome).toBe('unchanged');
  expect((await deploy({ A: thing() }, { Description: 'new' })).outcome).toBe('updated');
  expect(deploys.since()).toEqual([]);
});

test('a changed property is an update in place, and what refers to the resource stays as it is', async () => {
  await deploy({ A: thing({ Size: 1 }), B: thing({ Of: ref('A') }) });
  deploys.since();
  await deploy({ A: thing({ Size: 2 }), B: thing({ Of: ref('A') }) });
  expect(deploys.since()).toEqual(['update A {"Size":2}']);
});

test('a replacement is made first, what refers to it is changed, and the old one goes in the clean-up', async () => {
  await deploy({ A: thing({ Name: 'one' }), B: thing({ Of: ref('A') }) });
  deploys.since();
  await deploy({ A: thing({ Name: 'two' }), B: thing({ Of: ref('A') }) });
  expect(deploys.since()).toEqual(['create A', 'update B {"Of":"A-3"}', 'remove A-1']);
});

test('of replaced resources, the one that needed the other goes first', async () => {
  const stack = (name: string) => deploy({ A: thing({ Name: name }), B: thing({ Name: ref('A') }) });
  await stack('one');
  deploys.since();
  await stack('two');
  expect(deploys.since()).toEqual(['create A', 'create B', 'remove B-2', 'remove A-1']);
});

test('what the template no longer has is removed, before what it needed', async () => {
  await deploy({ A: thing(), B: thing({ Of: ref('A') }), C: thing() });
  deploys.since();
  await deploy({ C: thing() });
  expect(deploys.since()).toEqual(['remove B-3', 'remove A-1']);
});

test('what cannot be removed after an update is tried three times and left, and the update is complete', async () => {
  await deploy({ A: thing(), B: thing() });
  deploys.failing.add('remove B');
  deploys.since();
  const result = await deploy({ A: thing() });
  expect(result).toEqual({ stack: 'S', outcome: 'updated', left: ['B (Test::Thing): remove B fails'] });
  expect(deploys.since()).toEqual(['remove B-2', 'remove B-2', 'remove B-2']);
  expect(deploys.account.retained.map(({ id }) => id)).toEqual(['B-2']);
});

test('another type for the same logical id is refused before anything is done, as CloudFormation refuses it', async () => {
  await deploy({ A: thing() });
  deploys.since();
  const result = await deploy({ A: { Type: 'AWS::EC2::EIP' }, B: thing() });
  expect(result.outcome).toBe('failed');
  expect(result.reason).toBe(
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]',
  );
  expect(deploys.since()).toEqual([]);
});

test('a resource with a name of its own cannot be replaced under that name', async () => {
  await deploy({ A: thing({ Name: 'one', Fixed: 'db' }) });
  const result = await deploy({ A: thing({ Name: 'two', Fixed: 'db' }) });
  expect(result.outcome).toBe('rolled back');
  expect(result.reason).toBe(
    'A (Test::Thing): CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename db and update the stack again.',
  );
});

test('an unknown type stops the deploy before anything is made, and names itself', async () => {
  const result = await deploy({ A: thing(), B: { Type: 'AWS::Quantum::Computer' } });
  expect(result).toEqual({
    stack: 'S',
    outcome: 'failed',
    reason: 'B: The rehearsal does not know the resource type AWS::Quantum::Computer.',
  });
  expect(deploys.since()).toEqual([]);
  expect(deploys.account.stacks.size).toBe(0);
});

test('resources that need each other are refused with their names', async () => {
  const result = await deploy({ A: thing({ Of: ref('B') }), B: thing({ Of: ref('A') }) });
  expect(result.reason).toBe('Circular dependency between resources: [A, B]');
  expect(deploys.since()).toEqual([]);
});

test('a dependency on what is not in the template is refused', () => {
  expect(() => stackOf('S', { A: thing({}, { DependsOn: 'B' }) })).toThrow(
    'S: A depends on B, which is no resource of the template.',
  );
});

describe('a rollback', () => {
  test('of a first deploy removes what was made, the last first, and what failed with an id too', async () => {
    deploys.failing.add('create C');
    const result = await deploy({ A: thing(), B: thing({ Of: ref('A') }), C: thing({ Of: ref('B') }) });
    expect(result).toEqual({ stack: 'S', outcome: 'rolled back', reason: 'C (Test::Thing): create C fails' });
    expect(deploys.since()).toEqual(['create A', 'create B', 'create C', 'remove C-3', 'remove B-2', 'remove A-1']);
    expect(deploys.statuses()).toEqual(['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE']);
    expect(deploys.account.stacks.size).toBe(0);
  });

  test('waits for what is under way, and begins nothing new', async () => {
    deploys.failing.add('create A');
    let ended = false;
    deploys.during = async (what) => {
      if (what !== 'create B') return;
      await new Promise(setImmediate);
      ended = true;
    };
    await deploy({ A: thing(), B: thing(), C: thing({ Of: ref('B') }) });
    expect(ended).toBe(true);
    expect(deploys.since().sort()).toEqual(['create A', 'create B', 'remove A-1', 'remove B-2']);
  });

  test('of an update goes back in the order of the old template, so old code is there before what runs it', async () => {
    const stack = (code: number, data: number) =>
      deploy({ Code: thing({ Code: code }), Custom: thing({ By: ref('Code'), Data: data }) });
    await stack(1, 1);
    deploys.since();
    deploys.failing.add('update Custom');
    deploys.during = async (what) => {
      if (what.includes('"Data":1')) deploys.failing.delete('update Custom');
    };
    expect((await stack(2, 2)).outcome).toBe('rolled back');
    expect(deploys.since()).toEqual([
      'update Code {"Code":2}',
      'update Custom {"By":"Code-1","Data":2}',
      'update Code {"Code":1}',
      'update Custom {"By":"Code-1","Data":1}',
    ]);
    expect(deploys.statuses().slice(2)).toEqual([
      'UPDATE_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('brings a replaced resource back, and removes its replacement and what was added', async () => {
    await deploy({ A: thing({ Name: 'one' }), B: thing({ Of: ref('A') }) });
    deploys.since();
    deploys.failing.add('create D');
    await deploy({
      A: thing({ Name: 'two' }),
      B: thing({ Of: ref('A') }),
      C: thing({ Of: ref('B') }),
      D: thing({ Of: ref('C') }),
    });
    expect(deploys.since()).toEqual([
      'create A',
      'update B {"Of":"A-3"}',
      'create C',
      'create D',
      'update B {"Of":"A-1"}',
      'remove D-5',
      'remove C-4',
      'remove A-3',
    ]);
    expect(deploys.there('S')).toEqual({ A: 'A-1', B: 'B-2' });
  });

  test('removes a replacement that failed half made', async () => {
    await deploy({ A: thing({ Name: 'one' }) });
    deploys.since();
    deploys.failing.add('create A');
    await deploy({ A: thing({ Name: 'two' }) });
    expect(deploys.since()).toEqual(['create A', 'remove A-2']);
    expect(deploys.there('S')).toEqual({ A: 'A-1' });
  });

  test('that fails is told with both reasons', async () => {
    await deploy({ A: thing({ Size: 1 }) });
    deploys.failing.add('update A');
    const result = await deploy({ A: thing({ Size: 2 }) });
    expect(result).toEqual({
      stack: 'S',
      outcome: 'failed',
      reason: 'A (Test::Thing): update A fails Then the rollback failed: A (Test::Thing): update A fails',
    });
    expect(deploys.statuses().at(-1)).toBe('UPDATE_ROLLBACK_FAILED');
  });

  test('of a first deploy fails when something cannot be removed', async () => {
    deploys.failing.add('create B').add('remove A');
    const result = await deploy({ A: thing(), B: thing({ Of: ref('A') }) });
    expect(result.outcome).toBe('failed');
    expect(result.reason).toContain('Then the rollback failed: A (Test::Thing): remove A fails');
    expect(deploys.statuses().at(-1)).toBe('ROLLBACK_FAILED');
  });
});

describe('a physical id that an update changes', () => {
  test('is a removal of the old one, in the clean-up', async () => {
    await deploy({ A: thing({ Size: 1 }), B: thing({ Of: ref('A') }) });
    deploys.since();
    deploys.answer = (id) => (id === 'A' ? 'A-other' : 'B-2');
    await deploy({ A: thing({ Size: 2 }), B: thing({ Of: ref('A') }) });
    expect(deploys.since()).toEqual(['update A {"Size":2}', 'update B {"Of":"A-other"}', 'remove A-1']);
  });

  test('comes back in a rollback by another update, and then the new one goes', async () => {
    await deploy({ A: thing({ Size: 1 }) });
    deploys.since();
    deploys.answer = (_, { Size }) => (Size === 1 ? 'A-1' : 'A-other');
    deploys.failing.add('create B');
    await deploy({ A: thing({ Size: 2 }), B: thing({ Of: ref('A') }) });
    expect(deploys.since()).toEqual([
      'update A {"Size":2}',
      'create B',
      'update A {"Size":1}',
      'remove B-2',
      'remove A-other',
    ]);
    expect(deploys.there('S')).toEqual({ A: 'A-1' });
  });
});

test('a stack is deleted in the opposite order, and what cannot be removed is named', async () => {
  await deploy({ A: thing(), B: thing({ Of: ref('A') }) });
  deploys.failing.add('remove A');
  deploys.since();
  const result = await deleteStack('S', deploys.context);
  expect(result).toEqual({ stack: 'S', outcome: 'failed', reason: 'A (Test::Thing): remove A fails' });
  expect(deploys.since()).toEqual(['remove B-2', 'remove A-1']);
  deploys.failing.clear();
  expect((await deleteStack('S', deploys.context)).outcome).toBe('deleted');
  expect(deploys.since()).toEqual(['remove A-1']);
});

test('a dynamic reference is worked out for the resource, and kept nowhere', async () => {
  await deploy({ A: thing({ Size: 1, Password: '{{resolve:secretsmanager:x}}' }) });
  expect(deploys.account.stacks.get('S')?.resources.get('A')?.properties['Password']).toBe(
    '{{resolve:secretsmanager:x}}',
  );
  deploys.since();
  await deploy({ A: thing({ Size: 2, Password: '{{resolve:secretsmanager:x}}' }) });
  expect(deploys.since()).toEqual(['update A {"Size":2,"Password":"<secretsmanager:x>"}']);
});
