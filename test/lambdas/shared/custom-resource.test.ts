import { customResource } from '../../../lambdas/shared/custom-resource';
import { OperationError } from '../../../lambdas/shared/errors';
import { flag, list, numberOr, object, text, wholeNumber } from '../../../lambdas/shared/properties';
import { keepSecret } from '../../../lambdas/shared/redact';
import { create, deliver, failureOf } from './resources';

let written = '';
beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written += line;
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const resource = (ensure: () => Promise<Record<string, string>>) =>
  customResource({ name: 'test', properties: object<{ Prefix: string }>({ Prefix: text }), ensure });

test('an answer of any length fits into what CloudFormation takes', async () => {
  const handler = resource(async () => ({ One: 'é'.repeat(5_000), Two: '🐘'.repeat(5_000), Three: 'short' }));
  const { data } = await deliver(handler, create({ Prefix: 'x' }));
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(3_500);
  expect(data['One']).toMatch(/^é+…$/u);
  expect(data['Two']).toMatch(/^🐘+…$/u);
  expect(data['Three']).toBe('short');
});

test('a secret that was read is in no error and in no line of the log, however it is written', async () => {
  const secret = keepSecret('p"ass/w:örd');
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret)];
  const handler = resource(async () => {
    throw new OperationError(`It says ${forms.join(' and ')}\n${'x'.repeat(3_000)}`);
  });
  const message = await failureOf(handler, create({ Prefix: 'x' }), [secret, encodeURIComponent(secret)]);
  expect(message).toMatch(/^It says \*\*\* and \*\*\* and "\*\*\*" x+….* See the log group of the function[.]$/);
  for (const form of forms) expect(written).not.toContain(form);
  for (const line of written.trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), timestamp: expect.any(String) });
  }
});

test('numbers and booleans are taken as CloudFormation writes them, and nothing else passes for them', () => {
  expect(wholeNumber('5432', 'Port')).toBe(5432);
  expect(flag('false', 'On')).toBe(false);
  expect(numberOr('auto')('auto', 'Lists')).toBe('auto');
  for (const bad of ['', '05', '1.5', '-1', '1e3', ' 1', null, [], '9'.repeat(20)]) {
    expect(() => wholeNumber(bad, 'Port')).toThrow(/^The property Port is .*; it takes a whole number, 0 or more[.]$/);
  }
  for (const bad of ['', 'yes', 'True', 1, null]) expect(() => flag(bad, 'On')).toThrow(/it takes true or false[.]$/);
  expect(() => list(text)(['a', ''], 'Names')).toThrow(/^The property Names\[1\] is "";/);
});
