import { createHash } from 'node:crypto';
import { only, run } from './machines';

const input = {
  name: 'World',
  n: 5,
  list: [1, 2, 3, 3, 'a', { x: 1 }, { x: 1 }],
  json: '{"a":[1,true]}',
  o: { a: 1, b: { c: 1 } },
  p: { b: { d: 2 } },
};

async function value(text: string): Promise<unknown> {
  const { output, error, cause } = await run(only({ Type: 'Pass', Parameters: { 'v.$': text } }), { input });
  return error ? `${error} ${cause?.split(' failed: ')[1] ?? cause}` : (output as { v: unknown }).v;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the intrinsic functions', () => {
  it.each([
    ['Format fills each {}', "States.Format('Hello {}, {} times', $.name, $.n)", 'Hello World, 5 times'],
    ['Format writes objects as JSON', "States.Format('{}', $.o)", '{"a":1,"b":{"c":1}}'],
    ['Format takes braces after a backslash', "States.Format('\\{\\} {}', $.n)", '{} 5'],
    ['Format takes a quote after a backslash', "States.Format('it\\'s {}', $.n)", "it's 5"],
    ['Format takes a template from a path', 'States.Format($.name)', 'World'],
    [
      'Format wants as many values as {}',
      "States.Format('{} {}', $.n)",
      'States.IntrinsicFailure there are more {} than values.',
    ],
    [
      'Format wants as many {} as values',
      "States.Format('{}', $.n, 1)",
      'States.IntrinsicFailure there are more values than {}.',
    ],
    ['StringToJson reads JSON', 'States.StringToJson($.json)', { a: [1, true] }],
    ['StringToJson wants JSON', "States.StringToJson('{')", 'States.IntrinsicFailure "{" is no JSON.'],
    ['JsonToString writes JSON', 'States.JsonToString($.o)', '{"a":1,"b":{"c":1}}'],
    ['Array makes a list', "States.Array(1, 'two', null, true, $.n)", [1, 'two', null, true, 5]],
    ['Array may be empty', 'States.Array()', []],
    [
      'ArrayPartition cuts into pieces, the last of which may be shorter',
      'States.ArrayPartition(States.ArrayRange(1, 5, 1), 2)',
      [[1, 2], [3, 4], [5]],
    ],
    [
      'ArrayPartition wants a positive size',
      'States.ArrayPartition($.list, 0)',
      'States.IntrinsicFailure 0 is no positive number.',
    ],
    ['ArrayContains finds an item', "States.ArrayContains($.list, 'a')", true],
    ['ArrayContains finds an object by its content', 'States.ArrayContains($.list, $.list[5])', true],
    ['ArrayContains tells 1 from "1"', "States.ArrayContains($.list, '1')", false],
    ['ArrayRange includes its end', 'States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['ArrayRange goes down as well', 'States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    [
      'ArrayRange makes at most 1000 numbers',
      'States.ArrayRange(1, 1001, 1)',
      'States.IntrinsicFailure more than 1000 numbers are asked for.',
    ],
    ['ArrayRange takes any step but 0', 'States.ArrayRange(1, 2, 0)', 'States.IntrinsicFailure the step may not be 0.'],
    ['ArrayGetItem begins at 0', 'States.ArrayGetItem($.list, 1)', 2],
    [
      'ArrayGetItem wants an index that is there',
      'States.ArrayGetItem($.list, 7)',
      'States.IntrinsicFailure there is no index 7 in a list of 7.',
    ],
    ['ArrayLength counts', 'States.ArrayLength($.list)', 7],
    ['ArrayUnique keeps the first of each', 'States.ArrayUnique($.list)', [1, 2, 3, 'a', { x: 1 }]],
    ['Base64Encode encodes', "States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ['Base64Decode decodes', "States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
    ['Hash knows SHA-256', "States.Hash('abc', 'SHA-256')", sha256('abc')],
    ['Hash takes objects as JSON', "States.Hash($.o, 'SHA-256')", sha256('{"a":1,"b":{"c":1}}')],
    [
      'Hash knows no other algorithm',
      "States.Hash('abc', 'SHA-3')",
      'States.IntrinsicFailure SHA-3 is none of MD5, SHA-1, SHA-256, SHA-384 and SHA-512.',
    ],
    ['JsonMerge is shallow, and the second wins', 'States.JsonMerge($.o, $.p, false)', { a: 1, b: { d: 2 } }],
    [
      'JsonMerge cannot be deep',
      'States.JsonMerge($.o, $.p, true)',
      'States.IntrinsicFailure only a shallow merge is possible: the third argument must be false.',
    ],
    ['MathAdd adds', 'States.MathAdd($.n, -7)', -2],
    ['MathAdd rounds a fraction to the nearest', 'States.MathAdd(1.5, 0)', 2],
    ['MathAdd wants numbers', "States.MathAdd($.n, '1')", 'States.IntrinsicFailure "1" is no number.'],
    ['StringSplit splits', "States.StringSplit('1,2,3', ',')", ['1', '2', '3']],
    [
      'StringSplit splits at each of several characters',
      "States.StringSplit('This.is+a,test=string', '.+,=')",
      ['This', 'is', 'a', 'test', 'string'],
    ],
    [
      'they may stand within each other',
      "States.Format('{}', States.ArrayGetItem(States.StringSplit('a/b', '/'), 1))",
      'b',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await value(text)).toEqual(expected);
  });

  it.each([
    ['MD5', 'md5'],
    ['SHA-1', 'sha1'],
    ['SHA-384', 'sha384'],
    ['SHA-512', 'sha512'],
  ])('Hash knows %s', async (name, algorithm) => {
    expect(await value(`States.Hash($.name, '${name}')`)).toBe(createHash(algorithm).update('World').digest('hex'));
  });

  it('MathRandom stays from its start up to but not its end, and follows its seed', async () => {
    expect(await value('States.MathRandom(7, 8)')).toBe(7);
    const seeded = await value('States.MathRandom(1, 1000, 42)');
    expect(seeded).toBe(await value('States.MathRandom(1, 1000, 42)'));
    expect(seeded).toBeGreaterThanOrEqual(1);
    expect(seeded).toBeLessThan(1000);
  });

  it('UUID makes a new one of version 4 each time', async () => {
    const [one, two] = [await value('States.UUID()'), await value('States.UUID()')];
    expect(one).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(one).not.toBe(two);
  });

  it('take texts of at most 10,000 characters, where that is documented', async () => {
    const long = { input: { t: 'x'.repeat(10_001) } };
    for (const call of ['States.Base64Encode($.t)', 'States.Base64Decode($.t)', "States.Hash($.t, 'MD5')"]) {
      expect((await run(only({ Type: 'Pass', Parameters: { 'v.$': call } }), long)).error).toBe(
        'States.IntrinsicFailure',
      );
    }
  });
});
