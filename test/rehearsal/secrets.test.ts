import { SecretWatch } from '../../rehearsal/secrets';

const watchOf = (value: string) => {
  const watch = new SecretWatch();
  watch.note(value, 'db/admin');
  return watch;
};
const leaksOf = (value: string, text: string) => {
  const watch = watchOf(value);
  watch.look(text, 'a log');
  return watch.leaks;
};
const found = [{ secret: 'db/admin', where: 'a log' }];

test.each<[string, string, string]>([
  ['as it is', 'hush-hush-1', 'the password is hush-hush-1.'],
  ['within JSON', 'say "hush" now', JSON.stringify({ a: 'say "hush" now' })],
  ['within a URL', 'hush/hush@1', 'postgres://me:hush%2Fhush%401@host/db'],
  ['as the password of a JSON secret', '{"username":"master","password":"hush-hush-1"}', 'hush-hush-1'],
  ['as the password of a connection string', 'postgres://me:hush%2Fhush@host/db', 'it was hush/hush'],
  ['in base64', 'hush-hush-1', Buffer.from('hush-hush-1').toString('base64')],
  ['in base64 behind one byte', 'hush-hush-1', Buffer.from('x"hush-hush-1"y'.slice(1)).toString('base64')],
  ['in base64 behind two bytes', 'hush-hush-1', Buffer.from('u:hush-hush-1').toString('base64')],
  ['in base64 for URLs', '>>>>???>>>>', Buffer.from('>>>>???>>>>').toString('base64url')],
  ['as any other field of a JSON secret', '{"username":"me","apiKey":"hush-hush-1"}', 'key=hush-hush-1'],
  ['deep within a JSON secret', '{"clients":[{"name":{"key":"hush-hush-1"}}]}', 'key=hush-hush-1'],
  ['in JSON within a JSON secret', '{"config":"{\\"key\\":\\"hush-hush-1\\"}"}', 'key=hush-hush-1'],
  ['as the password of a URL within a JSON secret', '{"url":"redis://:hush%2Fhush@host"}', 'it was hush/hush'],
  ['as the number of a JSON secret', '{"token":1234567890}', 'token 1234567890'],
])('a secret is found %s, with where it stood', (_, value, text) => {
  expect(leaksOf(value, text)).toEqual(found);
});

test.each([
  ['the user name of a JSON secret is no secret', '{"username":"master-user","password":"hush-hush-1"}', 'master-user'],
  [
    'nor is what describes the database',
    '{"host":"db.example.com","dbname":"database-1","engine":"postgresql","sslmode":"verify-full","port":54320000}',
    'postgresql://db.example.com:54320000/database-1?sslmode=verify-full',
  ],
  ['another text is none', 'hush-hush-1', 'hush hush 1'],
  ['what is too short would be found everywhere', 'short', 'a short text'],
])('%s', (_, value, text) => {
  expect(leaksOf(value, text)).toEqual([]);
});

test('a place is told once, and what is shown holds stars', () => {
  const watch = watchOf('hush-hush-1');
  watch.look('hush-hush-1', 'a log');
  watch.look('hush-hush-1 again', 'a log');
  watch.look('hush-hush-1', 'a history');
  expect(watch.leaks.map(({ where }) => where)).toEqual(['a log', 'a history']);
  expect(watch.redact('it is hush-hush-1!')).toBe('it is ***!');
});
