import { connectionFromUrl } from '../../cli/connection';

const ca = `${__dirname}/connection.test.ts`;

test('a URL becomes a connection, escapes undone, TLS verified unless it says otherwise', () => {
  expect(connectionFromUrl(`postgresql://jo%40x:p%2F%3A@db.example:6543/my%20app?sslrootcert=${ca}`)).toMatchObject({
    host: 'db.example',
    port: 6543,
    user: 'jo@x',
    password: 'p/:',
    database: 'my app',
    tls: true,
    ca: expect.stringContaining('connectionFromUrl'),
  });
  expect(connectionFromUrl('postgres://u@h/d')).toMatchObject({ port: 5432, tls: true });
  expect(connectionFromUrl('postgres://u@h/d').ca).toContain('BEGIN CERTIFICATE');
});

test.each([
  'postgres://u@localhost/d?sslmode=disable',
  'postgres://u@127.0.0.1/d?sslmode=disable',
  'postgres://u@[::1]/d?sslmode=disable',
  'postgres:///d?host=/var/run/postgresql&user=u',
])('a server on this machine may be without TLS: %s', (url) => {
  expect(connectionFromUrl(url)).toMatchObject({ tls: false, user: 'u', database: 'd' });
});

test.each([
  [
    'postgres://u:hunter2@db.example/d?sslmode=disable',
    'The URL asks for sslmode=disable to db.example; only verify-full is used',
  ],
  ['postgres://u:hunter2@localhost.evil.example/d?sslmode=disable', 'only verify-full is used'],
  ['postgres://u:hunter2@localhost/d?sslmode=require', 'only verify-full is used, '],
  ['postgres://u:hunter2@h/d?sslmode=disable&host=h', 'The parameter "host" of the URL is for the folder of a socket'],
  [
    'postgres://u:hunter2@h/d?options=-c',
    'The URL has the parameter "options"; sslmode, sslrootcert, host, user are taken.',
  ],
  ['postgres://u:hunter2@h/', 'The URL names no database'],
  ['postgres://:hunter2@h/d', 'The URL names no user'],
  ['mysql://u:hunter2@h/d', 'The URL begins with "mysql:"'],
  ['postgres://u:hunter2/@h/d', 'The URL is not one'],
  ['postgres://u:hunter2%@h/d', 'The URL holds a "%" that begins no escape'],
  ['postgres://u:hunter2@h/d?sslrootcert=/nowhere.pem', 'sslrootcert=/nowhere.pem, which cannot be read'],
])('is refused without its password: %s', (url, sentence) => {
  let message = '';
  try {
    connectionFromUrl(url);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain(sentence);
  expect(message).not.toContain('hunter2');
});
