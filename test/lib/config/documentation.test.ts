import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../../..');
const settings = ['settings', 'protection-settings']
  .map((name) => readFileSync(join(repository, `lib/config/${name}.ts`), 'utf8'))
  .join('\n');
const page = readFileSync(join(repository, 'docs/configuration.md'), 'utf8');

test('docs/configuration.md has every key that may be written', () => {
  const keys = [...settings.matchAll(/^\s+(\w+)\??: /gm)].map(([, key = '']) => key);
  expect(keys.length).toBeGreaterThan(70);
  expect(keys.filter((key) => !new RegExp(`[\`.{ ,]${key}[\`., }]`).test(page))).toEqual([]);
});
