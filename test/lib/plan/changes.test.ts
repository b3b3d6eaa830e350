import { compare } from '../../../lib/plan/changes';
import { leaves, rendered, short } from '../../../lib/plan/values';
import { type Accepted, changed } from '../support/golden';

/** As CloudFormation writes a reference. */
const ref = (name: string) => `$\{${name}}`;
const of = (change: (after: Accepted) => void) => {
  const { before, after } = changed(change);
  return compare(before, after);
};

test('nothing is told where nothing differs, or only what people do not deploy', () => {
  expect(of(() => undefined)).toEqual({ resources: [], code: [], outputs: [] });
  const metadata = of((after) => {
    Object.assign(after.resource('database', 'AWS::KMS::Key'), { Metadata: { 'aws:cdk:path': 'x/Other' } });
  });
  expect(metadata).toEqual({ resources: [], code: [], outputs: [] });
});

test('new code is told apart from a function that changes otherwise as well', () => {
  const { code, resources } = of((after) => {
    const type = 'AWS::Lambda::Function';
    after.resource('schema', type, 'SchemaRolesHandler').Properties['Code'] = { S3Key: 'other.zip' };
    const other = after.resource('schema', type, 'SchemaExtensionsHandler').Properties;
    other['Code'] = { S3Key: 'other.zip' };
    other['MemorySize'] = 512;
  });
  expect(code).toEqual(['Schema/Roles/Handler/Function']);
  expect(resources).toEqual([
    expect.objectContaining({
      path: 'Schema/Extensions/Handler/Function',
      kind: 'changed',
      details: [{ path: 'MemorySize', before: '256', after: '512' }],
    }),
  ]);
});

test('what goes comes before what comes, and what holds data before the rest', () => {
  const { resources } = of((after) => {
    after.resources('database')['New'] = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'x' } };
    delete after.resources('database')[after.id('database', 'AWS::KMS::Alias')];
    delete after.resources('database')[after.id('database', 'AWS::KMS::Key')];
    after.resource('database', 'AWS::RDS::DBInstance').Properties['MultiAZ'] = false;
  });
  const told = resources.map(({ kind, type, holdsData, stays }) => ({ kind, type, holdsData, stays }));
  expect(told.slice(0, 2)).toEqual([
    { kind: 'removed', type: 'AWS::KMS::Key', holdsData: true, stays: true },
    { kind: 'removed', type: 'AWS::KMS::Alias', holdsData: false, stays: false },
  ]);
  expect(told.slice(-2).map(({ kind }) => kind)).toEqual(['added', 'changed']);
});

test('an output is told, but not what the CDK passes between stacks', () => {
  const { before, after } = changed(() => undefined);
  const stack = 'ndis-chatbot-prod-schema';
  const Outputs = { ...after[stack]?.Outputs, New: { Value: { Ref: 'X' } }, ExportsOutputRefX: { Value: 'x' } };
  expect(compare(before, { ...after, [stack]: { ...after[stack], Outputs } }).outputs).toEqual([
    { stack, path: 'New', after: ref('X') },
  ]);
});

describe('values', () => {
  test.each([
    [{ Ref: 'X' }, ref('X')],
    [{ 'Fn::GetAtt': ['X', 'Arn'] }, ref('X.Arn')],
    [{ 'Fn::Join': ['', ['a', { Ref: 'X' }, 'b']] }, `a${ref('X')}b`],
    [{ 'Fn::Sub': `a-${ref('AWS::Region')}` }, `a-${ref('AWS::Region')}`],
    [{ 'Fn::ImportValue': 's:ExportsOutputFnGetAttKey5E5D9547Arn9CB7D9D8' }, ref('s/Key5E5D9547Arn')],
    [{ a: [{ Ref: 'X' }] }, `{"a":["${ref('X')}"]}`],
    [undefined, 'nothing'],
    ['', "''"],
    [5432, '5432'],
  ])('%j reads %s', (value, text) => expect(rendered(value)).toBe(text));

  test('are cut where a line would have no end', () => expect(short('x'.repeat(200))).toHaveLength(160));

  test('differ where they differ, and a number is its text', () => {
    expect(leaves('P', { a: { b: 1, c: [1, 2] }, d: 1 }, { a: { b: 2, c: [2, 3] }, d: '1' })).toEqual([
      { path: 'P.a.b', before: '1', after: '2' },
      { path: 'P.a.c', before: '1', after: '3' },
    ]);
    expect(leaves('P', ['a', 'b'], ['b', 'a'])).toEqual([{ path: 'P', before: '["a","b"]', after: '["b","a"]' }]);
    expect(leaves('P', ['a'], ['a', 'b', 'c'])).toEqual([
      { path: 'P', after: 'b' },
      { path: 'P', after: 'c' },
    ]);
    expect(leaves('P', undefined, { a: 1 })).toEqual([{ path: 'P', after: '{"a":1}' }]);
  });
});
