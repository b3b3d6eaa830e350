import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Authorities } from '../../../rehearsal/cloud/authorities';

const newFile = () => join(mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'authorities-')), 'all.pem');

test('whoever has begun to read the file reads all of it, while another authority comes to it', () => {
  const authorities = new Authorities(newFile());
  const reading = openSync(authorities.trust(['first']), 'r');
  try {
    authorities.trust(['first', 'second']);
    expect(readFileSync(authorities.file, 'utf8')).toBe('first\nsecond');
    expect(fstatSync(reading).size).toBe('first'.length);
    expect(readFileSync(reading, 'utf8')).toBe('first');
  } finally {
    closeSync(reading);
  }
});

test('an authority that is there already touches nothing', () => {
  const authorities = new Authorities(newFile());
  const before = statSync(authorities.trust(['first', 'second']));
  expect(statSync(authorities.trust(['first', 'second', 'first'])).ino).toBe(before.ino);
});
