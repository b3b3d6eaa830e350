// What the page about deploying promises, held against what there is.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../lib/support/synth';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8');
const help = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { text: `${stdout}${stderr}`, status };
};
const uses = (program: string) => [
  ...new Set([...page.matchAll(new RegExp(`npx ${program} ([a-z]+)`, 'g'))].map(([, name = '']) => name)),
];
const optionsAfter = (command: string) =>
  [...page.matchAll(new RegExp(`npx ${command}\\b((?:[^\`\\n]|\\\\\\n)*)`, 'g'))].flatMap(([, rest = '']) =>
    [...rest.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option),
  );

test.each(uses('plinth'))('npx plinth %s is there, with the options that the page gives it', (verb) => {
  const { text, status } = help(join('bin', 'plinth.js'), verb, '--help');
  expect(status).toBe(0);
  for (const option of optionsAfter(`plinth ${verb}`)) expect(text).toContain(option);
});

test.each(uses('cdk'))('npx cdk %s is there, with the options that the page gives it', (command) => {
  const { text, status } = help(join('node_modules', 'aws-cdk', 'bin', 'cdk'), command, '--help');
  expect([status, text.split('\n')[0]]).toEqual([0, expect.stringMatching(new RegExp(`^cdk ${command}\\b`))]);
  for (const option of optionsAfter(`cdk ${command}`)) expect(text).toContain(option);
});

test('the stacks, outputs, names and parameters of qa are those of the page', async () => {
  const { environment, template } = await synthesize('qa');
  for (const purpose of ['network', 'database', 'schema']) {
    expect(page).toContain(`ndis-chatbot-qa-${purpose}`);
    for (const output of Object.keys(template(purpose).toJSON()['Outputs'])) {
      if (!output.startsWith('Exports')) expect(page).toContain(`\`${output}\``);
    }
  }
  const { app, readonly } = environment.connectionParameters;
  for (const name of [app, readonly, `${environment.prefix}/admin`]) expect(page).toContain(name);
});

test('every product and every sum of the cost table is right', () => {
  const cents = (text: string) => text.split(' x ').reduce((product, factor) => product * Number(factor), 1);
  const products = [...page.matchAll(/((?:[\d.]+ x )+[\d.]+) = (\d+)/g)];
  expect(products.length).toBeGreaterThan(5);
  for (const [all, left = '', right] of products) expect([all, Math.round(cents(left))]).toEqual([all, Number(right)]);
  const rows = [
    ...page.matchAll(/^\| (instance|storage, 50 GiB|endpoints, 2 zones|key and secret|[*]{2}sum[*]{2}) \|(.*)\|$/gm),
  ];
  const numbers = rows.map(([, , cells = '']) => cells.split('|').map((cell) => Number(/(\d+)\D*$/.exec(cell)?.[1])));
  const sums = numbers.pop();
  expect(sums).toEqual([0, 1, 2, 3].map((at) => numbers.reduce((sum, row) => sum + (row[at] ?? 0), 0)));
});
