import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFolder, printed, readGolden, writeGolden } from '../../../lib/checks/golden';
import { guard, withoutGolden } from '../../../lib/checks/guardrails';
import { judgeProduction } from '../../../lib/checks/production';
import { readAssembly } from '../../../lib/checks/templates';
import { parentVariable } from '../../../postgres/run-folder';
import { Accepted, changed, root } from '../support/golden';

const db = 'AWS::RDS::DBInstance';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(process.env[parentVariable] ?? '', 'golden-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const prod = { name: 'prod', production: true };
const dev = { name: 'dev', production: false };
const refusal = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the guardrails', () => {
  test('let through what was accepted', () => {
    guard(prod, root, new Accepted('prod').templates);
    guard(dev, root, new Accepted('dev').templates);
  });

  test('tell everything at once, a sentence each, and the way through', () => {
    const { after } = changed((bad) => {
      const { Properties } = bad.resource('database', db);
      Properties['Port'] = '5433';
      Properties['DeletionProtection'] = false;
      delete bad.resources('database')[bad.id('database', 'AWS::KMS::Key')];
    });
    const lines = refusal(() => guard(prod, root, after)).split('\n');
    expect(lines[0]).toBe('The templates of prod are refused for 4 reasons:');
    expect(lines.slice(1, 5)).toEqual([
      '  The database ndis-chatbot-prod can be deleted: DeletionProtection is not on.',
      expect.stringContaining('  The encryption key Database/Key ('),
      expect.stringContaining('because Port changes from 5432 to 5433'),
      expect.stringContaining('DeletionProtection changes from true to false'),
    ]);
    expect(lines[5]).toMatch(
      /^What changes is judged against .*golden\/prod[.] If it is meant, run npx plinth plan --env prod --accept/,
    );
    expect(lines).toHaveLength(6);
  });

  test('say nothing of a function whose code alone is new', () => {
    const { after } = changed((other) => {
      other.resource('database', 'AWS::Lambda::Function').Properties['Code'] = { S3Key: 'other.zip' };
    });
    guard(prod, root, after);
  });

  test('let the change through once it is accepted', () => {
    const { before, after } = changed((other) => {
      other.resource('database', db).Properties['Port'] = '5433';
    });
    writeGolden(folder, 'prod', before);
    expect(refusal(() => guard(prod, folder, after))).toContain('refused for one reason');
    writeGolden(folder, 'prod', after);
    guard(prod, folder, after);
  });

  test('have nothing to compare where nothing was accepted, and tell production so', () => {
    const { after } = changed((other) => {
      other.resource('database', db).Properties['Port'] = '5433';
    });
    guard(prod, folder, after);
    expect(withoutGolden(prod, folder)).toBe(
      'No templates of prod have been accepted, so a synth cannot tell what would be lost; run npx plinth plan --env prod --accept and commit golden/prod.',
    );
    expect(withoutGolden(dev, folder)).toBeUndefined();
    expect(withoutGolden(prod, root)).toBeUndefined();
  });
});

describe('production, judged by what would be deployed', () => {
  const judged = (change: (after: Accepted) => void) => judgeProduction(changed(change).after);
  const set = (property: string, value: unknown) => (after: Accepted) => {
    after.resource('database', db).Properties[property] = value;
  };

  test.each([
    ['MultiAZ', false, 'The database ndis-chatbot-prod has no second zone: MultiAZ is false.'],
    ['MultiAZ', undefined, 'The database ndis-chatbot-prod has no second zone: MultiAZ is not set.'],
    [
      'BackupRetentionPeriod',
      6,
      'The database ndis-chatbot-prod keeps its backups for 6 days; production keeps 7 or more.',
    ],
    [
      'BackupRetentionPeriod',
      undefined,
      'The database ndis-chatbot-prod keeps its backups for 1 days; production keeps 7 or more.',
    ],
    ['DeletionProtection', undefined, 'The database ndis-chatbot-prod can be deleted: DeletionProtection is not on.'],
    ['StorageEncrypted', false, 'The database ndis-chatbot-prod is not encrypted: StorageEncrypted is not on.'],
    ['PubliclyAccessible', true, 'The database ndis-chatbot-prod has an address on the internet.'],
  ])('%s is %s', (property, value, sentence) => {
    expect(judged(set(property, value))).toEqual([sentence]);
  });

  test.each([
    db,
    'AWS::KMS::Key',
    'AWS::SecretsManager::Secret',
    'AWS::RDS::DBSubnetGroup',
    'AWS::RDS::DBParameterGroup',
  ])('%s is kept', (type) => {
    const sentences = judged((after) => {
      after.resource('database', type).DeletionPolicy = 'Delete';
    });
    expect(sentences).toEqual([expect.stringMatching(/is to be kept: DeletionPolicy is Delete instead of Retain[.]$/)]);
  });

  test('a project without a database is no production, and dev would not be one', () => {
    expect(judgeProduction({})).toEqual([
      'No stack holds a database.',
      'No stack holds a restore drill, so nothing proves that a backup restores.',
    ]);
    expect(judgeProduction(new Accepted('dev').templates).length).toBeGreaterThan(0);
  });

  test('no construct can lose a drill, nor the clock that starts it', () => {
    const machine = 'AWS::StepFunctions::StateMachine';
    const withoutDrills = judged((after) => {
      const resources = after.resources('protection');
      for (const [id, { Type }] of Object.entries(resources)) if (Type === machine) delete resources[id];
    });
    expect(withoutDrills).toEqual(['No stack holds a restore drill, so nothing proves that a backup restores.']);
    const clockOf = (after: Accepted) => {
      const id = after.id('protection', machine, 'DrillsSnapshot');
      const found = Object.entries(after.resources('protection')).find(
        ([, { Type, Properties }]) =>
          Type === 'AWS::Events::Rule' && JSON.stringify(Properties['Targets'])?.includes(`"${id}"`),
      );
      if (!found) throw new Error('The drill has no clock.');
      return found;
    };
    const withoutClock = judged((after) => delete after.resources('protection')[clockOf(after)[0]]);
    expect(withoutClock).toEqual(['The restore drill ndis-chatbot-prod-drill-snapshot is started by no schedule.']);
    const withClockOff = judged((after) => {
      clockOf(after)[1].Properties['State'] = 'DISABLED';
    });
    expect(withClockOff).toEqual(['The schedule of the restore drill ndis-chatbot-prod-drill-snapshot is disabled.']);
  });

  test('a replica needs no second zone and no backups of its own, but is protected', () => {
    const sentences = judged((after) => {
      const instance = after.resource('database', db);
      const { MultiAZ: _, BackupRetentionPeriod: __, ...Properties } = instance.Properties;
      const own = { SourceDBInstanceIdentifier: 'x', DBInstanceIdentifier: 'copy', DeletionProtection: false };
      after.resources('database')['Replica'] = { ...instance, Properties: { ...Properties, ...own } };
    });
    expect(sentences).toEqual(['The database copy can be deleted: DeletionProtection is not on.']);
  });
});

describe('golden templates', () => {
  test('are read as they were written, and a stack that is gone is removed', () => {
    const { templates } = new Accepted();
    writeGolden(folder, 'prod', templates);
    expect(readGolden(folder, 'prod')).toEqual(templates);
    const [first = ''] = Object.keys(templates);
    writeGolden(folder, 'prod', { [first]: templates[first] ?? {} });
    expect(readdirSync(goldenFolder(folder, 'prod'))).toEqual([`${first}.template.json`]);
    expect(readGolden(folder, 'qa')).toBeUndefined();
    expect(existsSync(goldenFolder(folder, 'qa'))).toBe(false);
  });

  test('stand in the repository as they are written', () => {
    for (const name of ['dev', 'prod']) {
      for (const [stack, template] of Object.entries(readGolden(root, name) ?? {})) {
        const file = join(goldenFolder(root, name), `${stack}.template.json`);
        expect(readFileSync(file, 'utf8')).toBe(`${printed(template)}\n`);
      }
    }
  });

  test('put a list on one line where it fits, and an entry on each otherwise', () => {
    expect(printed({ a: [1, ['x']], b: {}, c: [] })).toBe('{\n  "a": [1, ["x"]],\n  "b": {},\n  "c": []\n}');
    expect(printed([{ a: 1 }])).toBe('[\n  {\n    "a": 1\n  }\n]');
    expect(printed(['x'.repeat(60), 'y'.repeat(60)])).toBe(`[\n  "${'x'.repeat(60)}",\n  "${'y'.repeat(60)}"\n]`);
  });

  test('that cannot be read are told by their file', () => {
    mkdirSync(goldenFolder(folder, 'prod'), { recursive: true });
    writeFileSync(join(goldenFolder(folder, 'prod'), 'x.template.json'), '{');
    expect(() => readGolden(folder, 'prod')).toThrow(/x[.]template[.]json is not valid JSON: /);
    expect(() => readAssembly(folder)).toThrow(/holds no manifest[.]json; name a folder that cdk synth wrote/);
    writeFileSync(join(folder, 'manifest.json'), '[');
    expect(() => readAssembly(folder)).toThrow(/manifest[.]json is not valid JSON: /);
  });
});
