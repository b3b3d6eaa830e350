import { Account } from '../../../rehearsal/account';
import { checkRules, scopeOf } from '../../../rehearsal/deploy/scope';
import { resolve } from '../../../rehearsal/template/intrinsics';
import { dependenciesOf, importsOf } from '../../../rehearsal/template/references';
import { parseTemplate } from '../../../rehearsal/template/template';

const parse = (template: unknown) => parseTemplate(JSON.stringify(template), 'S.template.json');
const thing = { Type: 'Test::Thing' };
const scope = (template: object) => {
  const account = new Account('123456789012', 'eu-west-1');
  return scopeOf(parse(template), { account, name: 'S', id: 'arn:stack' }, new Map());
};

test.each<[string, unknown, string]>([
  [
    'a section that would be passed over',
    { Transform: 'x' },
    'S.template.json: the rehearsal does not know the section Transform.',
  ],
  [
    'an attribute that would be passed over',
    { Resources: { A: { ...thing, CreationPolicy: {} } } },
    'S.template.json: the resource A has the attribute CreationPolicy, which the rehearsal does not know.',
  ],
  ['a resource without a type', { Resources: { A: {} } }, 'S.template.json: the resource A has no Type.'],
  [
    'a policy that there is not',
    { Resources: { A: { ...thing, DeletionPolicy: 'Keep' } } },
    'S.template.json: the DeletionPolicy of A is "Keep"; it can be Delete, Retain, RetainExceptOnCreate or Snapshot.',
  ],
  ['a list', [], 'S.template.json is not a template: it should hold one JSON object.'],
])('%s is refused by name', (_, template, message) => {
  expect(() => parse(template)).toThrow(message);
});

test('text that is no JSON is refused without a word of it', () => {
  expect(() => parseTemplate('{password: hush', 'S.template.json')).toThrow(
    /^S.template.json is not a template: it should hold one JSON object.$/,
  );
});

test('dependencies are found in Ref, GetAtt, Sub and DependsOn, also deep within', () => {
  const resource = {
    ...thing,
    DependsOn: ['E'],
    Properties: {
      List: [{ Deep: { 'Fn::Join': ['', [{ Ref: 'A' }, { 'Fn::GetAtt': 'B.Arn' }]] } }],
      Sub: { 'Fn::Sub': [`\${C.Arn}\${AWS::Region}\${!F}\${Own}`, { Own: { 'Fn::GetAtt': ['D', 'Arn'] } }] },
      If: { 'Fn::If': ['Yes', { Ref: 'G' }, { Ref: 'AWS::NoValue' }] },
      Parameter: { Ref: 'P' },
    },
  };
  const others = Object.fromEntries([...'ABCDEFG'].map((id) => [id, thing]));
  const template = parse({ Resources: { R: resource, ...others } });
  expect([...dependenciesOf(template.resources['R'] ?? thing, template)].sort()).toEqual([
    'A',
    'B',
    'C',
    'D',
    'E',
    'G',
  ]);
});

test('imports are found by the names that are written out', () => {
  expect([...importsOf({ a: [{ 'Fn::ImportValue': 'x' }, { b: { 'Fn::ImportValue': 'y' } }] })]).toEqual(['x', 'y']);
});

test('pseudo parameters say where the stack is', () => {
  const worked = (name: string) => resolve({ Ref: `AWS::${name}` }, scope({}), 'x');
  expect(['AccountId', 'Region', 'Partition', 'URLSuffix', 'StackName', 'StackId'].map(worked)).toEqual([
    '123456789012',
    'eu-west-1',
    'aws',
    'amazonaws.com',
    'S',
    'arn:stack',
  ]);
});

test('parameters have their defaults, by their type', () => {
  const own = scope({
    Parameters: {
      Text: { Type: 'String', Default: 'a,b' },
      List: { Type: 'CommaDelimitedList', Default: 'a,b' },
      Bootstrap: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
      None: { Type: 'String' },
      Odd: { Type: 'AWS::EC2::Image::Id', Default: 'ami' },
    },
  });
  expect([own.ref('Text'), own.ref('List')]).toEqual(['a,b', ['a', 'b']]);
  expect(Number(own.ref('Bootstrap'))).toBeGreaterThan(5);
  expect(() => own.ref('None')).toThrow('The parameter None has no default, and a deploy gives it no value.');
  expect(() => own.ref('Odd')).toThrow(
    'The parameter Odd is of the type AWS::EC2::Image::Id, which the rehearsal does not know.',
  );
  expect(() => own.ref('Missing')).toThrow('Ref: Missing is no resource that is deployed, and no parameter.');
});

test('conditions are made of conditions, and one that needs itself is refused', () => {
  const own = scope({
    Conditions: {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
      Not: { 'Fn::Not': [{ Condition: 'Here' }] },
      Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
    },
  });
  expect([own.condition('Here'), own.condition('Not')]).toEqual([true, false]);
  expect(() => own.condition('Missing')).toThrow('The template has no condition Missing.');
  expect(() => own.condition('Circle')).toThrow('The condition Circle needs itself.');
});

test('a mapping without the entry is refused with its name', () => {
  const own = scope({ Mappings: { M: { a: { b: 1 } } } });
  expect(own.mapping('M', 'a', 'b')).toBe(1);
  expect(() => own.mapping('M', 'a', 'c')).toThrow('The mapping M has no entry a.c.');
});

test('an import that nobody exports is refused by name', () => {
  expect(() => scope({}).importValue('x')).toThrow('No deployed stack exports x.');
});

test('rules are checked where their condition holds', () => {
  const template = (condition: boolean) =>
    parse({
      Rules: {
        Region: {
          RuleCondition: { 'Fn::Equals': [condition, true] },
          Assertions: [
            { Assert: { 'Fn::Contains': [['us-east-1'], { Ref: 'AWS::Region' }] }, AssertDescription: 'only there' },
          ],
        },
      },
    });
  expect(() => checkRules(template(true), scope({}))).toThrow('Rules.Region: only there');
  expect(() => checkRules(template(false), scope({}))).not.toThrow();
});
