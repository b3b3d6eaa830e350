import { noValue, resolve, type Scope } from '../../../rehearsal/template/intrinsics';

const scope: Scope = {
  ref: (name) => {
    if (name === 'AWS::NoValue') return noValue;
    if (name === 'List') return ['a', 'b'];
    if (name === 'Number') return 5;
    return `<${name}>`;
  },
  attribute: (resource, attribute) => `<${resource}.${attribute}>`,
  mapping: (map, first, second) => `${map}/${first}/${second}`,
  condition: (name) => name === 'Yes',
  importValue: (name) => `import ${name}`,
  zones: (region) => [`${region}a`, `${region}b`],
};
const worked = (value: unknown) => resolve(value, scope, 'R.Properties');
const fn = (name: string, argument: unknown) => ({ [`Fn::${name}`]: argument });
const condition = (name: string) => ({ Condition: name });

test.each<[string, unknown, unknown]>([
  ['Ref', { Ref: 'X' }, '<X>'],
  ['GetAtt as a list', fn('GetAtt', ['X', 'Arn']), '<X.Arn>'],
  ['GetAtt as text', fn('GetAtt', 'X.Endpoint.Address'), '<X.Endpoint.Address>'],
  ['GetAtt with a Ref as the attribute', fn('GetAtt', ['X', { Ref: 'Name' }]), '<X.<Name>>'],
  ['Join', fn('Join', ['-', ['a', { Ref: 'X' }, 1]]), 'a-<X>-1'],
  ['Join of a list from a Ref', fn('Join', [',', { Ref: 'List' }]), 'a,b'],
  ['Join without what has no value', fn('Join', ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']]), 'a-b'],
  ['Sub', fn('Sub', `\${X}/\${Y.Arn}/\${AWS::Region}`), '<X>/<Y.Arn>/<AWS::Region>'],
  ['Sub with variables of its own', fn('Sub', [`\${X}-\${Own}`, { Own: fn('GetAtt', ['Z', 'Arn']) }]), '<X>-<Z.Arn>'],
  ['Sub with a literal', fn('Sub', `\${!X}`), `\${X}`],
  ['Sub of a number', fn('Sub', `\${Number}`), '5'],
  ['Select', fn('Select', [1, ['a', 'b']]), 'b'],
  ['Select with text as its index', fn('Select', ['0', fn('Split', ['|', 'a|b'])]), 'a'],
  ['Split', fn('Split', ['|', { Ref: 'X' }]), ['<X>']],
  ['FindInMap', fn('FindInMap', ['M', { Ref: 'X' }, 'k']), 'M/<X>/k'],
  ['ImportValue', fn('ImportValue', fn('Sub', `\${X}-out`)), 'import <X>-out'],
  ['Base64', fn('Base64', 'hello'), 'aGVsbG8='],
  ['GetAZs', fn('GetAZs', ''), ['a', 'b']],
  ['Cidr', fn('Cidr', ['10.0.0.0/16', 3, 8]), ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  ['If that holds', fn('If', ['Yes', 'a', fn('Unknown', 1)]), 'a'],
  ['If that does not', fn('If', ['No', 'a', { Ref: 'X' }]), '<X>'],
  ['Equals', fn('Equals', [{ Ref: 'X' }, '<X>']), true],
  ['And', fn('And', [condition('Yes'), condition('No')]), false],
  ['Or', fn('Or', [condition('Yes'), condition('No')]), true],
  ['Not', fn('Not', [condition('No')]), true],
  ['Contains', fn('Contains', [['a', 'b'], 'b']), true],
  ['EachMemberEquals', fn('EachMemberEquals', [['a', 'b'], 'a']), false],
  ['EachMemberIn', fn('EachMemberIn', [['a'], ['a', 'b']]), true],
  ['the length of a list', fn('Length', { Ref: 'List' }), 2],
  ['an object as text', fn('ToJsonString', { a: { Ref: 'X' } }), '{"a":"<X>"}'],
  ['a property without a value is left out', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ['so is an item', ['a', fn('If', ['No', 'b', { Ref: 'AWS::NoValue' }])], ['a']],
  [
    'a Condition of a policy stays an object',
    { Condition: { StringEquals: { a: { Ref: 'X' } } } },
    { Condition: { StringEquals: { a: '<X>' } } },
  ],
  ['what is no function stays', { a: [1, true, null, { b: 'c' }] }, { a: [1, true, null, { b: 'c' }] }],
])('%s is worked out', (_, value, expected) => {
  expect(worked(value)).toEqual(expected);
});

test.each<[string, unknown, string]>([
  [
    'a function that is not known',
    { a: [fn('Transform', {})] },
    'R.Properties.a[0].Fn::Transform: the rehearsal does not know the function Fn::Transform.',
  ],
  [
    'a name of every object',
    { 'Fn::constructor': 1 },
    'R.Properties.Fn::constructor: the rehearsal does not know the function Fn::constructor.',
  ],
  [
    'a function that does not stand alone',
    { Ref: 'X', Other: 1 },
    'R.Properties: Ref must stand alone, and has 1 beside it.',
  ],
  ['Ref to something else than a name', { Ref: ['X'] }, 'R.Properties.Ref takes text where it has ["X"].'],
  ['Join of one', { a: fn('Join', ['-']) }, 'R.Properties.a.Fn::Join takes a list of 2.'],
  ['Join of a text', fn('Join', ['-', 'a']), 'R.Properties.Fn::Join takes a list of texts.'],
  ['Join of an object', fn('Join', ['-', [{ a: 1 }]]), 'R.Properties.Fn::Join takes text where it has {"a":1}.'],
  ['Sub of a list', fn('Sub', `\${List}`), 'R.Properties.Fn::Sub takes text where it has ["a","b"].'],
  ['Sub of something else', fn('Sub', 5), 'R.Properties.Fn::Sub takes text where it has 5.'],
  ['Select beyond the end', fn('Select', [2, ['a', 'b']]), 'R.Properties.Fn::Select: there is no item 2 to select.'],
  ['Select from a text', fn('Select', [0, 'abc']), 'R.Properties.Fn::Select: there is no item 0 to select.'],
  ['Split of a list', fn('Split', ['|', ['a']]), 'R.Properties.Fn::Split takes text where it has ["a"].'],
  [
    'GetAtt without an attribute',
    fn('GetAtt', 'X'),
    'R.Properties.Fn::GetAtt takes a resource and an attribute where it has "X".',
  ],
  [
    'Cidr of no block',
    fn('Cidr', ['10.0.0/16', 3, 8]),
    'R.Properties.Fn::Cidr: "10.0.0/16" is not a block of IPv4 addresses, such as 10.0.0.0/16.',
  ],
  [
    'Cidr of too many',
    fn('Cidr', ['10.0.0.0/24', 3, 7]),
    'R.Properties.Fn::Cidr: 10.0.0.0/24 does not hold 3 blocks of 128 addresses.',
  ],
  ['Cidr of a text', fn('Cidr', '10.0.0.0/24'), 'R.Properties.Fn::Cidr takes a list of 2 or 3.'],
  ['If of two', fn('If', ['Yes', 'a']), 'R.Properties.Fn::If takes a list of 3.'],
  ['And of a text', fn('And', 'x'), 'R.Properties.Fn::And takes a list of conditions.'],
  ['Not of two', fn('Not', [condition('Yes'), condition('Yes')]), 'R.Properties.Fn::Not takes a list of 1.'],
  ['Contains in a text', fn('Contains', ['ab', 'a']), 'R.Properties.Fn::Contains takes a list first.'],
])('%s is refused with where it stands', (_, value, message) => {
  expect(() => worked(value)).toThrow(message);
});
