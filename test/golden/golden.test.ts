import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { printed, readGolden } from '../../lib/checks/golden';
import { readAssembly, type Templates } from '../../lib/checks/templates';
import { loadProject } from '../../lib/config';
import { parentVariable } from '../../postgres/run-folder';
import { root } from '../lib/support/golden';
import { providePackages } from '../lib/support/packages';
import { synthFolder } from '../lib/support/synth-folder';

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(process.env[parentVariable] ?? '', 'golden-'));
});
afterAll(() => rmSync(base, { recursive: true }));

const texts = (templates: Templates | undefined) =>
  Object.fromEntries(Object.entries(templates ?? {}).map(([stack, template]) => [stack, printed(template)]));

describe.each(['dev', 'prod'])('the templates of %s', (environment) => {
  let first: string;
  beforeAll(() => {
    first = join(base, `${environment}-first`);
    expect(synthFolder({ project: root, environment, folder: first }).code).toBe(0);
  });

  test('are those that were accepted; after a change that is meant, run: npx plinth plan --accept', () => {
    expect(texts(readAssembly(first))).toEqual(texts(readGolden(root, environment)));
  });

  test('come out to the byte in a second synth, of a copy in another folder', () => {
    const copy = join(base, `${environment}-elsewhere`, 'a project');
    mkdirSync(copy, { recursive: true });
    for (const part of [
      'bin',
      'lib',
      'lambdas',
      'sql',
      'golden',
      'cdk.json',
      'plinth.config.ts',
      'package.json',
      'tsconfig.json',
    ])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    // What has been built here is not taken there.
    providePackages(copy);
    const second = join(base, `${environment}-second`);
    expect(synthFolder({ program: copy, project: copy, environment, folder: second }).code).toBe(0);
    const names = (folder: string) => readdirSync(folder).filter((name) => /^asset[.]|template[.]json$/.test(name));
    expect(names(second)).toEqual(names(first));
    for (const name of names(first)) {
      const files = name.startsWith('asset.') ? readdirSync(join(first, name)).map((file) => join(name, file)) : [name];
      for (const file of files) {
        expect({ file, same: readFileSync(join(second, file)).equals(readFileSync(join(first, file))) }).toEqual({
          file,
          same: true,
        });
      }
    }
  });

  test('hold no account but what the config names, and no path of a machine', async () => {
    const { account } = (await loadProject(root)).environments[environment] ?? {};
    const text = JSON.stringify(readGolden(root, environment));
    const accounts = text.match(/(?<![0-9a-f-])\d{12}(?![0-9a-f])/g) ?? [];
    expect(accounts.filter((each) => each !== account)).toEqual([]);
    expect(text).not.toContain(root);
    expect(text).not.toMatch(/"\/(home|root|tmp|Users|work|var|usr)\//);
  });
});
