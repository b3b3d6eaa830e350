// What a recovery may do, and that what it makes is what the template has: nobody looks for a difference at night.
import { projectFolder } from '../support/project';
import { actionsOf, ofType, policiesOf, type Statement } from '../support/resources';
import { type Synthesized, synthesize } from '../support/synth';

const project = projectFolder({
  name: 'shop',
  region: 'eu-west-1',
  account: '111122223333',
  environments: {
    live: {
      production: true,
      drills: { schedule: 'weekly', signOff: ['lead', 'on-call'] },
      recovery: { approvals: ['on-call', 'owner'], keepDays: 21 },
      backups: { retentionDays: 35 },
      instance: {
        ...{ class: 'db.r7g.large', multiAz: true, storageGiB: 500, maxStorageGiB: 2000, iops: 16000 },
        ...{ throughputMiBps: 600, maintenanceWindow: 'sat:03:00-sat:04:00', autoMinorUpgrade: false },
      },
      tags: { team: 'shop' },
    },
  },
});

let app: Synthesized;
let states: Record<string, { readonly Arguments?: Record<string, unknown> }>;
let policies: Record<string, Statement[]>;
beforeAll(async () => {
  app = await synthesize('live', project);
  const machine = ofType('AWS::StepFunctions::StateMachine', app.template('protection')).find(
    ({ Properties }) => Properties.StateMachineName === 'shop-live-recovery',
  );
  const parts = machine?.Properties.DefinitionString['Fn::Join'][1] as (string | Record<string, unknown>)[];
  const text = parts.map((part) => (typeof part === 'string' ? part : nameIn(part))).join('');
  states = JSON.parse(text).States;
  policies = policiesOf(app.template('protection'));
}, 180_000);

/** Of a reference: what is left of it when the stack and the hash are taken away. */
const nameIn = (reference: unknown): string =>
  JSON.stringify(reference)
    .replaceAll(/[^A-Za-z]/g, '')
    .replaceAll(/(FnImportValue|FnGetAtt|Ref|ExportsOutput|shoplivedatabase|shoplivenetwork|shopliveprotection)/g, '');

const statementsOf = (role: string) => Object.entries(policies).find(([id]) => id.startsWith(role))?.[1] ?? [];
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? nameIn(value) : value;

test.each(['RestoreToTime', 'RestoreSnapshot'])(
  'with %s and what follows, each setting of the instance in the template is made, and made alike',
  (state) => {
    const { Properties } = ofType('AWS::RDS::DBInstance', app.template('database'))[0] ?? {};
    const exports = states['ExportLogs']?.Arguments?.['CloudwatchLogsExportConfiguration'];
    const logs = exports as { EnableLogTypes: string[] } | undefined;
    const made: Record<string, unknown> = {
      ...states[state]?.Arguments,
      ...states['Configure1']?.Arguments,
      ...states['Configure2']?.Arguments,
      ...states['Configure3']?.Arguments,
      EnableCloudwatchLogsExports: logs?.EnableLogTypes,
    };
    // By the name that the calls have for it.
    const called: Readonly<Record<string, string>> = {
      ...{ DBInstanceClass: 'DbInstanceClass', DBSubnetGroupName: 'DbSubnetGroupName' },
      ...{ DBParameterGroupName: 'DbParameterGroupName', VPCSecurityGroups: 'VpcSecurityGroupIds' },
      ...{
        CACertificateIdentifier: 'CaCertificateIdentifier',
        PerformanceInsightsRetentionPeriod: 'PerformanceInsightsRetentionPeriod',
      },
      ...{ PerformanceInsightsKMSKeyId: 'PerformanceInsightsKMSKeyId' },
    };
    // In the backup itself, or about the deletion of the resource by CloudFormation.
    const elsewhere = [
      ...[
        'DBInstanceIdentifier',
        'Engine',
        'EngineVersion',
        'MasterUsername',
        'MasterUserPassword',
        'AllocatedStorage',
      ],
      ...['StorageEncrypted', 'KmsKeyId', 'DeleteAutomatedBackups', 'AllowMajorVersionUpgrade'],
    ];
    const names = Object.keys(Properties ?? {}).filter((name) => !elsewhere.includes(name));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const [declared, given] = [Properties?.[name], made[called[name] ?? name]];
      if (name === 'Tags') {
        const own = (given as { Key: string; Value: string }[]).filter(({ Key }) => !Key.startsWith('plinth:recovery'));
        const byKey = (tags: { Key: string }[]) => [...tags].sort((a, b) => (a.Key < b.Key ? -1 : 1));
        expect(byKey(own)).toEqual(byKey(declared));
      } else if (Array.isArray(declared)) {
        expect([name, (given as unknown[]).map(plain)]).toEqual([name, declared.map(plain)]);
      } else {
        // CloudFormation writes numbers as texts, and a reference from another stack leads to the same thing.
        const [one, other] = [String(plain(declared)), String(given)];
        expect([name, other.includes(one.replace(/Arn$/, '')) || one === other]).toEqual([name, true]);
      }
    }
  },
);

test('the machine may restore, describe, change and tag what has its names, and delete nothing', () => {
  const statements = statementsOf('ProtectionRecoveryMachineRole');
  const actions = actionsOf(statements).filter((action) => !/^(logs|xray):/.test(action));
  expect([...new Set(actions)].sort()).toEqual([
    ...['iam:PassRole', 'kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    ...['lambda:InvokeFunction', 'rds:AddTagsToResource', 'rds:DescribeDBInstances', 'rds:ModifyDBInstance'],
    ...['rds:RestoreDBInstanceFromDBSnapshot', 'rds:RestoreDBInstanceToPointInTime', 'sns:Publish'],
  ]);
  const all = Object.entries(policies)
    .filter(([id]) => id.startsWith('ProtectionRecovery'))
    .flatMap(([, own]) => actionsOf(own));
  expect(all.filter((action) => /Delete|Stop|Reboot|Remove/.test(action) && !/^(ec2|logs):/.test(action))).toEqual([]);
  for (const { Action, Resource } of statements) {
    if (![Action].flat().some((action) => /^rds:(Modify|Describe|Add)/.test(action))) continue;
    expect([Resource].flat()).toEqual(
      ['shop-live', 'shop-live-damaged-*', 'shop-live-restored-*'].map(
        (name) => `arn:aws:rds:eu-west-1:111122223333:db:${name}`,
      ),
    );
  }
});

test.each([
  ['Plan', ['rds:DescribeDBInstances', 'rds:DescribeDBSnapshots', 'states:ListExecutions']],
  ['Password', ['kms:Decrypt', 'rds:ModifyDBInstance', 'secretsmanager:GetSecretValue']],
  ['Logins', ['kms:Decrypt', 'secretsmanager:GetSecretValue', 'ssm:GetParameter']],
  ['Check', ['kms:Decrypt', 'secretsmanager:GetSecretValue', 'ssm:GetParameter']],
  ['Report', ['kms:Decrypt', 'kms:GenerateDataKey', 's3:PutObject']],
])('the function %s may do just what it does', (name, actions) => {
  const found = actionsOf(statementsOf(`ProtectionRecoveryFunctions${name}Role`));
  expect(found.filter((action) => !/^(ec2|logs):/.test(action)).sort()).toEqual(actions);
});

test('no password stands in the definition, and none is asked for in it', () => {
  expect(JSON.stringify(states)).not.toMatch(/MasterUserPassword"|resolve:/);
});

test('each name that may approve has one function, whoever waits for it', () => {
  const functions = ofType('AWS::Lambda::Function', app.template('protection')).flatMap(
    ({ Properties }) => Properties.FunctionName ?? [],
  );
  expect(functions.sort()).toEqual(['lead', 'on-call', 'owner'].map((name) => `shop-live-approve-${name}`));
  expect(JSON.stringify(states['Ask'])).toContain('"Names":["on-call","owner"]');
  // A drill waits for those of the drills alone.
  const drill = ofType('AWS::StepFunctions::StateMachine', app.template('protection')).find(({ Properties }) =>
    /drill/.test(Properties.StateMachineName),
  );
  expect(JSON.stringify(drill)).toMatch(/Names[^[]*\[[^\]]*lead[^\]]*on-call[^\]]*\]/);
  expect(JSON.stringify(drill)).not.toMatch(/Names[^[]*\[[^\]]*owner/);
});

test('a recovery that stops is told, and what is kept longer than the config says as well', () => {
  const rules = ofType('AWS::Events::Rule', app.template('protection')).map(({ Properties }) => Properties);
  const stopped = rules.find(({ Description }) => Description === 'Recoveries that stopped');
  expect(stopped?.EventPattern.detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
  const watch = ofType('AWS::Lambda::Function', app.template('protection')).find(
    ({ Properties }) => Properties.Environment.Variables.PLINTH_RECOVERY_WATCH,
  );
  expect(JSON.stringify(watch?.Properties.Environment)).toContain('\\"KeepDays\\":21');
  expect(rules.some(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 day)')).toBe(true);
});
