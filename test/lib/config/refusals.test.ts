import { ConfigError, parseProject } from '../../../lib/config';
import { goodWith, type Refusal } from './good-settings';
import { backups } from './refusals/backups';
import { checks } from './refusals/checks';
import { instance } from './refusals/instance';
import { names } from './refusals/names';
import { production } from './refusals/production';
import { shape } from './refusals/shape';
import { vectorIndexes } from './refusals/vector-indexes';
import { windows } from './refusals/windows';

const refusals: readonly Refusal[] = [
  ...windows,
  ...production,
  ...names,
  ...instance,
  ...vectorIndexes,
  ...backups,
  ...checks,
  ...shape,
];

test('the settings that the refusals change are good themselves', () => {
  expect(Object.keys(parseProject(goodWith({}), { folder: '/project' }).environments)).toEqual(['dev', 'prod']);
});

test.each(refusals)('refuses %s, in one sentence', (_title, change, expected) => {
  expect(messagesOf(goodWith(change))).toEqual([expected]);
});

test('refuses settings without a region where each environment needs one', () => {
  expect(messagesOf({ name: 'shop', environments: { dev: {} } })).toEqual([
    "environments.dev.region: is missing; write it like 'ap-southeast-2', here or at the top",
  ]);
});

test.each([
  [undefined, 'nothing'],
  ['shop', "'shop'"],
  [[], 'an empty list'],
])('refuses %p for settings', (settings, shown) => {
  expect(() => parseProject(settings, { folder: '/project' })).toThrow(
    new ConfigError(`The config exports ${shown}; it must be the settings of a project.`),
  );
});

/** The list of findings, and the same as lines of the message. */
function messagesOf(settings: unknown): readonly string[] {
  try {
    parseProject(settings, { folder: '/project' });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.errors.map(({ path, message }) => `${path}: ${message}`);
    expect(error.message.split('\n').slice(1)).toEqual(lines.map((line) => `  ${line}`));
    return lines;
  }
}
