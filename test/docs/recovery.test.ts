// What the page about recoveries says of the machine, held against it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recoveryTags } from '../../lambdas/recovery-plan/contract';
import { watch } from '../../lambdas/recovery-watch/watch';
import { ofType } from '../lib/support/resources';
import { synthesize } from '../lib/support/synth';

const read = (name: string) => readFileSync(join(__dirname, '..', '..', 'docs', name), 'utf8');
const page = read('recovery.md');

test('a recovery is drawn as it is, each of its errors is told, and so is each name that it goes by', async () => {
  const found = ofType('AWS::StepFunctions::StateMachine', (await synthesize('prod')).template('protection')).find(
    ({ Properties }) => Properties.StateMachineName === 'ndis-chatbot-prod-recovery',
  );
  const parts = found?.Properties.DefinitionString['Fn::Join'][1] as readonly unknown[];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'REFERENCE')).join('');
  const { States } = JSON.parse(text) as { States: object };
  const errors = new Set([...text.matchAll(/"(Recovery\.\w+)"/g)].map(([, name]) => name));
  expect(errors.size).toBeGreaterThan(5);
  for (const name of errors) expect(page).toContain(`\`${name}\``);
  const figure = page.split('## How it works')[1]?.split('All that a recovery')[0] ?? '';
  const drawn = [...figure.matchAll(/^ {4}([A-Z]\w+)/gm)].map(([, name]) => name);
  expect(drawn.length).toBeGreaterThan(12);
  for (const name of drawn) expect(Object.keys(States)).toContain(name);
  for (const tag of Object.values(recoveryTags)) expect(page).toContain(`\`${tag}\``);
  const minutes = [...text.matchAll(/millis\(\) \+ (\d+) /g)].map(([, ms]) => Number(ms) / 60_000);
  expect([...new Set(minutes)].sort()).toEqual([60, 720]);
  expect(page).toContain('720 minutes');
});

test('whatever a recovery sends somebody out of bed with stands in the first table of the runbook', async () => {
  const subjects: string[] = [];
  const left = { status: 'available', created: new Date(0), restorableTo: undefined, retentionDays: 0, replicas: [] };
  const seen = (id: string) => ({ ...left, id, tags: {} });
  const copy = 'shop-prod-restored-20250101-000000';
  for (const ids of [[copy], [copy, 'shop-prod']]) {
    jest.spyOn(process.stdout, 'write').mockReturnValueOnce(true);
    await watch(
      { instances: async () => ids.map(seen), tell: async (subject) => void subjects.push(subject) },
      { Instance: 'shop-prod', Environment: 'prod', KeepDays: 14, Topic: 't' },
      new Date('2026-01-01T00:00:00Z'),
    );
  }
  const template = JSON.stringify((await synthesize('prod')).template('protection'));
  const ends = [...template.matchAll(/'([A-Z][a-z ]+: )ndis-chatbot-prod'/g)].map(([, subject = '']) => subject);
  expect(ends.length).toBeGreaterThan(2);
  const [table = ''] = read('runbook.md').split('\nSet this first.');
  const sayings = [...subjects, ...ends].map((subject) =>
    subject
      .replace(/(: )?(shop-prod)?$/, '')
      .replace(/: $/, '')
      .trim(),
  );
  for (const saying of [...sayings, '…-recovery']) expect(table).toContain(`\`${saying}`);
});
