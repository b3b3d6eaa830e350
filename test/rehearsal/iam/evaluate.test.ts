import { decide, type Policies } from '../../../rehearsal/iam/evaluate';
import { parsePolicy } from '../../../rehearsal/iam/policy';

const roleArn = 'arn:aws:iam::123456789012:role/worker';
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-abc';

interface Case {
  readonly identity?: unknown;
  readonly boundary?: unknown;
  readonly resource?: unknown;
  readonly mustAllow?: boolean;
  readonly action?: string;
  readonly on?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

function judged({
  identity,
  boundary,
  resource,
  mustAllow = false,
  action = 's3:GetObject',
  on = 'arn:aws:s3:::b/k',
  context = {},
}: Case) {
  const statements = (document: unknown, from: string) => parsePolicy({ Statement: document ?? [] }, from);
  const policies: Policies = {
    identity: statements(identity, 'own'),
    boundary: boundary === undefined ? undefined : statements(boundary, 'limit'),
    resource: statements(resource, 'resource'),
    resourceMustAllow: mustAllow,
  };
  const decision = decide({ action, resource: on, context }, { roleArn, account: '123456789012' }, policies);
  return decision.allowed ? 'allowed' : decision.because;
}
const allow = (Action: unknown, Resource: unknown = '*', rest = {}) => ({ Effect: 'Allow', Action, Resource, ...rest });
const deny = (Action: unknown, Resource: unknown = '*', rest = {}) => ({ Effect: 'Deny', Action, Resource, ...rest });
const root = { Principal: { AWS: 'arn:aws:iam::123456789012:root' } };
const itself = { Principal: { AWS: roleArn } };
const other = { Principal: { AWS: 'arn:aws:iam::123456789012:role/other' } };

test.each<[string, Case, string]>([
  ['nothing allows it', {}, 'no identity'],
  ['a statement allows it', { identity: allow('s3:GetObject') }, 'allowed'],
  ['a statement allows another action', { identity: allow('s3:PutObject') }, 'no identity'],
  ['a statement allows it on another resource', { identity: allow('s3:GetObject', 'arn:aws:s3:::c/*') }, 'no identity'],
  ['an explicit deny wins', { identity: [allow('*'), deny('s3:GetObject')] }, 'identity deny'],
  ['a deny of another action does not', { identity: [allow('*'), deny('s3:PutObject')] }, 'allowed'],
  ['actions are the same in small letters', { identity: allow('S3:getobject') }, 'allowed'],
  ['a star stands for any text', { identity: allow('s3:Get*', 'arn:aws:s3:::b/*') }, 'allowed'],
  ['a question mark stands for one character', { identity: allow('s3:GetObjec?', 'arn:aws:s3:::?/k') }, 'allowed'],
  ['a question mark does not stand for none', { identity: allow('s3:GetObject?') }, 'no identity'],
  ['a dot is a dot', { identity: allow('*', 'arn:aws:s3:::b.k') }, 'no identity'],
  ['NotAction allows all others', { identity: { Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' } }, 'allowed'],
  [
    'NotAction leaves its own out',
    { identity: { Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' } },
    'no identity',
  ],
  [
    'NotResource allows all others',
    { identity: { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::c/*' } },
    'allowed',
  ],
  [
    'a Deny with NotResource spares its own',
    { identity: [allow('*'), { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::b/*' }] },
    'allowed',
  ],
  ['a resource policy that names the role is enough', { resource: allow('s3:GetObject', '*', itself) }, 'allowed'],
  ['a resource policy that names the account is not', { resource: allow('s3:GetObject', '*', root) }, 'no identity'],
  ['a resource policy that names another role is not', { resource: allow('s3:GetObject', '*', other) }, 'no identity'],
  [
    'a resource policy that names a service is not',
    { resource: allow('s3:GetObject', '*', { Principal: { Service: 'x.amazonaws.com' } }) },
    'no identity',
  ],
  [
    'a deny of everybody in a resource policy wins',
    { identity: allow('*'), resource: deny('s3:*', '*', { Principal: '*' }) },
    'resource deny',
  ],
  [
    'a deny of the account in a resource policy wins',
    { identity: allow('*'), resource: deny('s3:*', '*', root) },
    'resource deny',
  ],
  [
    'a key whose policy hands over to IAM needs a statement of the role',
    { mustAllow: true, resource: allow('*', '*', root) },
    'no identity',
  ],
  [
    'with one, the key lets it in',
    { mustAllow: true, resource: allow('*', '*', root), identity: allow('s3:*') },
    'allowed',
  ],
  [
    'a key that does not hand over lets nobody in by IAM',
    { mustAllow: true, resource: allow('*', '*', other), identity: allow('*') },
    'no resource',
  ],
  ['a key that names the role needs nothing else', { mustAllow: true, resource: allow('*', '*', itself) }, 'allowed'],
  ['a boundary allows what both allow', { identity: allow('*'), boundary: allow('s3:*') }, 'allowed'],
  ['a boundary limits', { identity: allow('*'), boundary: allow('ssm:*') }, 'no boundary'],
  ['a boundary alone allows nothing', { boundary: allow('*') }, 'no identity'],
  ['a deny in a boundary wins', { identity: allow('*'), boundary: [allow('*'), deny('s3:*')] }, 'boundary deny'],
  [
    'a boundary limits what a resource policy gives to the role',
    { resource: allow('*', '*', itself), boundary: allow('ssm:*') },
    'no boundary',
  ],
])('%s', (_, given, expected) => {
  expect(judged(given)).toBe(expected);
});

const on = (operator: string, key: string, value: unknown, context: Case['context']) =>
  judged({
    identity: allow('*', '*', { Condition: { [operator]: { [key]: value } } }),
    ...(context && { context }),
  }) === 'allowed';
const day = '2026-01-01T00:00:00Z';

test.each<[string, string, unknown, Case['context'], boolean]>([
  ['StringEquals holds', 'StringEquals', 'a', { k: 'a' }, true],
  ['one of several is enough', 'StringEquals', ['b', 'a'], { k: 'a' }, true],
  ['StringEquals minds the case', 'StringEquals', 'A', { k: 'a' }, false],
  ['StringEqualsIgnoreCase does not', 'StringEqualsIgnoreCase', 'A', { k: 'a' }, true],
  ['a key that is not there fails', 'StringEquals', 'a', {}, false],
  ['… but not with IfExists', 'StringEqualsIfExists', 'a', {}, true],
  ['IfExists still tests what is there', 'StringEqualsIfExists', 'a', { k: 'b' }, false],
  ['StringNotEquals is none of all', 'StringNotEquals', ['a', 'b'], { k: 'a' }, false],
  ['a key that is not there is another one', 'StringNotEquals', 'a', {}, true],
  ['StringLike has wildcards', 'StringLike', 'a*c?', { k: 'abbcd' }, true],
  ['StringEquals has none', 'StringEquals', 'a*', { k: 'ab' }, false],
  ['StringNotLike is its opposite', 'StringNotLike', 'a*', { k: 'ab' }, false],
  ['ArnLike matches part by part', 'ArnLike', 'arn:aws:iam::*:role/x', { k: 'arn:aws:iam::1:role/x' }, true],
  [
    'a star of ArnLike does not reach into the next part',
    'ArnLike',
    'arn:aws:*:role/x',
    { k: 'arn:aws:iam::1:role/x' },
    false,
  ],
  ['ArnNotLike is its opposite', 'ArnNotLike', 'arn:aws:iam::*:role/x', { k: 'arn:aws:iam::1:role/x' }, false],
  ['Bool', 'Bool', 'false', { k: 'false' }, true],
  ['NumericLessThan', 'NumericLessThan', '10', { k: '9' }, true],
  ['NumericGreaterThanEquals', 'NumericGreaterThanEquals', '10', { k: '9' }, false],
  ['DateGreaterThan', 'DateGreaterThan', day, { k: '2026-02-01T00:00:00Z' }, true],
  ['DateLessThanEquals', 'DateLessThanEquals', day, { k: day }, true],
  ['DateNotEquals', 'DateNotEquals', day, { k: day }, false],
  ['Null is true of what is not there', 'Null', 'true', {}, true],
  ['Null is false of what is there', 'Null', 'true', { k: 'a' }, false],
  ['Null false asks for it', 'Null', 'false', { k: 'a' }, true],
  ['ForAnyValue needs one', 'ForAnyValue:StringEquals', ['a'], { k: ['b', 'a'] }, true],
  ['ForAnyValue of nothing fails', 'ForAnyValue:StringEquals', ['a'], {}, false],
  ['… also an opposite', 'ForAnyValue:StringNotEquals', ['a'], {}, false],
  ['ForAllValues needs all', 'ForAllValues:StringEquals', ['a'], { k: ['b', 'a'] }, false],
  ['ForAllValues of nothing holds', 'ForAllValues:StringEquals', ['a'], {}, true],
])('conditions: %s', (_, operator, value, context, expected) => {
  const tag = (name: string) => `aws:PrincipalTag/${name}`;
  const tagged = Object.entries(context ?? {}).map(([name, given]) => [tag(name), given]);
  expect(on(operator, tag('k'), value, Object.fromEntries(tagged))).toBe(expected);
});

test('the names of condition keys are the same in small letters', () => {
  expect(on('StringEquals', 'AWS:requestedregion', 'x', { 'aws:RequestedRegion': 'x' })).toBe(true);
});

test('so are the names of tags behind the slash', () => {
  expect(on('StringEquals', 'aws:PrincipalTag/TEAM', 'x', { 'aws:PrincipalTag/team': 'x' })).toBe(true);
});

test.each([
  ['Bool', 'aws:MultiFactorAuthPresent', 'true'],
  ['StringNotEquals', 'aws:PrincipalOrgID', 'o-1'],
  ['Null', 'aws:SourceVpce', 'true'],
  ['StringEqualsIfExists', 'aws:ResourceTag/team', 'x'],
  ['StringEquals', 'kms:ViaService', 'x'],
])(
  '%s of a key that the rehearsal does not work out for the call is refused, and not taken for missing',
  (...[operator, key, value]) => {
    expect(() => on(operator, key, value, {})).toThrow(
      `own, statement 1: the rehearsal does not know the condition key ${key} of s3:GetObject.`,
    );
  },
);

test('of calls that have the key by their nature, a missing one is missing', () => {
  const identity = allow('*', '*', { Condition: { StringEqualsIfExists: { 'rds:DatabaseClass': 'db.t4g.medium' } } });
  expect(judged({ identity, action: 'rds:ModifyDBInstance' })).toBe('allowed');
});

test('a statement that is about something else is not looked at', () => {
  const unknown = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
  expect(judged({ identity: [allow('s3:Put*', '*', unknown), allow('s3:Get*')] })).toBe('allowed');
  expect(judged({ identity: allow('*'), resource: deny('*', '*', { ...other, ...unknown }) })).toBe('allowed');
});

test('a variable that is not known is refused as well', () => {
  expect(() => judged({ identity: allow('*', `arn:aws:s3:::b/\${aws:userid}`) })).toThrow(
    'own, statement 1: the rehearsal does not know the condition key aws:userid of s3:GetObject.',
  );
});

test('all conditions must hold', () => {
  const Condition = { StringEquals: { a: '1' }, Bool: { b: 'true' } };
  const identity = allow('*', '*', { Condition });
  expect(judged({ identity, context: { a: '1', b: 'true' } })).toBe('allowed');
  expect(judged({ identity, context: { a: '1', b: 'false' } })).toBe('no identity');
});

test.each<[string, string, Case['context'], boolean]>([
  [
    'a variable takes the value of its key',
    `arn:aws:s3:::b/\${aws:PrincipalTag/team}`,
    { 'aws:PrincipalTag/team': 'k' },
    true,
  ],
  [
    'another value is another resource',
    `arn:aws:s3:::b/\${aws:PrincipalTag/team}`,
    { 'aws:PrincipalTag/team': 'z' },
    false,
  ],
  ['a variable without a value matches nothing', `arn:aws:s3:::b/*\${aws:PrincipalTag/team}`, {}, false],
  ['a default stands in', `arn:aws:s3:::b/\${aws:PrincipalTag/team, 'k'}`, {}, true],
  [`\${*} is a star, not a wildcard`, `arn:aws:s3:::b/\${*}`, {}, false],
])('policy variables: %s', (_, pattern, context, expected) => {
  expect(judged({ identity: allow('*', pattern), ...(context && { context }) }) === 'allowed').toBe(expected);
});

test('a variable in a condition takes the value of its key', () => {
  const identity = allow('*', '*', {
    Condition: { StringEquals: { 'aws:RequestTag/by': `\${aws:PrincipalTag/team}` } },
  });
  expect(judged({ identity, context: { 'aws:RequestTag/by': 'x', 'aws:PrincipalTag/team': 'x' } })).toBe('allowed');
  expect(judged({ identity, context: { 'aws:RequestTag/by': 'x' } })).toBe('no identity');
});

test('what is not known is refused with where it stands', () => {
  const Condition = { IpAddress: { 'aws:PrincipalTag/address': '10.0.0.0/8' } };
  expect(() => judged({ identity: allow('*', '*', { Condition }) })).toThrow(
    'own, statement 1: the rehearsal does not know the condition operator IpAddress.',
  );
  expect(() => judged({ resource: [allow('*'), { ...allow('*'), NotPrincipal: '*' }] })).toThrow(
    'resource, statement 2: the rehearsal does not know the policy element NotPrincipal.',
  );
  expect(() => judged({ identity: { Effect: 'Perhaps', Action: '*', Resource: '*' } })).toThrow(
    'own, statement 1: Effect is "Perhaps".',
  );
});

test('the statement that was needed is told, the first of several', () => {
  const policies: Policies = {
    identity: parsePolicy({ Statement: [allow('ssm:*'), allow('secretsmanager:*'), allow('*')] }, 'own'),
    boundary: undefined,
    resource: [],
    resourceMustAllow: false,
  };
  const request = { action: 'secretsmanager:GetSecretValue', resource: secret, context: {} };
  const decision = decide(request, { roleArn, account: '123456789012' }, policies);
  expect(decision.by.map(({ from }) => from)).toEqual(['own, statement 2']);
});
