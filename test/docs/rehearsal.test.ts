// What the page about the rehearsal promises, held against what there is.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { damages } from '../../rehearsal/drills/damage';
import { faults } from '../../rehearsal/faults/faults';
import { recordedTypes } from '../../rehearsal/resources/recorded';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'rehearsal.md'), 'utf8');
const chapter = (title: string) => page.split(/^## /m).find((each) => each.startsWith(title)) ?? '';

test('every fault is told, with how its deploy must end', () => {
  const rows = [...chapter('Faults').matchAll(/^\| `([a-z-]+)` \|.*\| (.*) \|$/gm)].map(([, name, ends]) => [
    name,
    ends,
  ]);
  const words = { succeeds: 'succeeds', 'rolls back': 'rolls back', either: 'succeeds, or rolls back' };
  expect(rows).toEqual(faults.map(({ name, ends }) => [name, words[ends]]));
});

test('every damage is told, with what finds it', () => {
  const rows = [...chapter('Drills').matchAll(/^\| `([a-z-]+)` \| (.*) \| (.*) \|$/gm)].map(([, ...cells]) => cells);
  const found = ({ foundBy }: (typeof damages)[number]) => foundBy.map((check) => `\`${check}\``).join(', ');
  expect(rows).toEqual(damages.map((damage) => [damage.name, damage.tells, found(damage)]));
});

test('every option is told, and no other', () => {
  const { stdout } = spawnSync(process.execPath, [join(root, 'bin', 'plinth.js'), 'rehearse', '--help'], {
    encoding: 'utf8',
  });
  const there = [...stdout.matchAll(/^ {2}(--[a-z]+)/gm)].map(([, option]) => option);
  const told = [...chapter('What it does').matchAll(/`(--[a-z]+)[^`]*`(?=[^|]*\|)/g)].map(([, option]) => option);
  expect([...new Set(told)].sort()).toEqual(there.sort());
});

test('every type of resource that is only recorded is told as such', () => {
  const rows = [...chapter('What is stood in for').matchAll(/^\| (\w+) \| (`.*`) \|$/gm)];
  const told = rows.flatMap(([, service, types = '']) =>
    [...types.matchAll(/`(\w+)`/g)].map(([, type]) => `AWS::${service}::${type}`),
  );
  expect(told.sort()).toEqual([...recordedTypes].sort());
});
