import { createHmac } from 'node:crypto';
import { newPassword } from '../../../lambdas/shared/password';
import { checkVerifier, scramVerifier } from '../../../lambdas/shared/scram';

test('the verifier is the one of the example in RFC 7677', () => {
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
  expect(verifier.startsWith('SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$')).toBe(true);
  const serverKey = Buffer.from(verifier.split(':')[2] ?? '', 'base64');
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const exchange = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
  const signature = createHmac('sha256', serverKey).update(exchange).digest('base64');
  expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

test('two verifiers of one password differ, and neither holds it', () => {
  const [one, two] = [scramVerifier('pencil'), scramVerifier('pencil')];
  expect(one).not.toBe(two);
  expect(`${one}${two}`).not.toContain('pencil');
});

test.each(['', 'pass word', 'pässword', 'pass\0word', 'line\n'])(
  'a password that would need SASLprep is refused',
  (text) => {
    expect(() => scramVerifier(text)).toThrow(
      'A password holds a character outside of printable ASCII, or none at all.',
    );
  },
);

test.each(['hunter2', 'md5d41d8cd98f00b204e9800998ecf8427e', `${scramVerifier('x')}'`, ''])(
  'what PostgreSQL would take for a plain password or an old hash is refused without repeating it',
  (text) => {
    expect(() => checkVerifier(text, 'the app role')).toThrow(
      'The verifier for the app role is not a SCRAM-SHA-256 verifier.',
    );
  },
);

test('a new password has 40 characters that need no escape in a URL, and no two are alike', () => {
  const made = Array.from({ length: 200 }, () => newPassword());
  for (const password of made) expect(password).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(new Set(made).size).toBe(200);
  expect(new Set(made.join('')).size).toBe(62);
});
