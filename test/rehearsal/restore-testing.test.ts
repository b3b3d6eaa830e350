// The bridge to AWS Backup's restore testing, from the event to the answer: the templates, the machine and the checks are
// those that would be deployed, and what AWS Backup does itself (restore, tell of it) is done here as it does it.
import '../../cli/aws/quiet';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { root } from '../../cli/synthesize';
import { type LocalCloud, operatorKey, operatorSecret } from '../../rehearsal/cloud/cloud';
import { rehearse } from '../../rehearsal/rehearse';
import { openQuickestPlace } from '../support/places';
import { synthesized } from './support/app';

jest.setTimeout(300_000);

/** The default project, whose qa has the bridge as well. */
function project(): string {
  const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? '/tmp', 'bridge-'));
  cpSync(join(root, 'sql'), join(folder, 'sql'), { recursive: true });
  const config = readFileSync(join(root, 'plinth.config.ts'), 'utf8')
    .replace("'./lib/config/define'", "'plinth'")
    .replace(
      "drills: { schedule: 'monthly',",
      "drills: { schedule: 'monthly', restoreTesting: { schedule: 'weekly' },",
    );
  expect(config).toContain('restoreTesting');
  writeFileSync(join(folder, 'plinth.config.ts'), config);
  return folder;
}

/** As AWS Backup restores for a test: by its own name, with its tag, and the overrides of the plan. */
async function restoreTest(cloud: LocalCloud, name: string) {
  const [selection] = cloud.restoreValidations.account.ofType('AWS::Backup::RestoreTestingSelection');
  const overrides = selection?.properties['RestoreMetadataOverrides'] as Readonly<Record<string, string>>;
  const credentials = { accessKeyId: operatorKey, secretAccessKey: operatorSecret };
  const rds = new RDSClient({ endpoint: cloud.url, region: 'ap-southeast-2', credentials });
  const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({}));
  const creationDate = new Date().toISOString();
  await rds.send(
    new RestoreDBInstanceFromDBSnapshotCommand({
      DBInstanceIdentifier: name,
      DBSnapshotIdentifier: DBSnapshots.at(-1)?.DBSnapshotIdentifier,
      DBInstanceClass: overrides['dbInstanceClass'],
      DBSubnetGroupName: overrides['dbSubnetGroupName'],
      DBParameterGroupName: overrides['dbParameterGroupName'],
      VpcSecurityGroupIds: JSON.parse(overrides['vpcSecurityGroupIds'] ?? '[]') as string[],
      MultiAZ: overrides['multiAz'] === 'true',
      PubliclyAccessible: overrides['publiclyAccessible'] === 'true',
      Tags: [{ Key: 'awsbackup-restore-test', Value: 'ndis_chatbot_qa_restore_tests' }],
    }),
  );
  for (;;) {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    if (DBInstances[0]?.DBInstanceStatus === 'available') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  rds.destroy();
  return { creationDate, completionDate: new Date().toISOString() };
}

async function tell(cloud: LocalCloud, name: string, times: object): Promise<string> {
  const { account } = cloud.restoreValidations;
  const restoreJobId = cloud.restoreValidations.restored();
  const rule = cloud.schedules.all().find(({ pattern, targets }) => {
    const text = JSON.stringify(pattern ?? {});
    return text.includes('Restore Job State Change') && targets.some(({ Arn }) => Arn.split(':')[2] === 'states');
  });
  if (!rule) throw new Error('No rule waits for restore tests.');
  const createdResourceArn = account.arn('rds', `db:${name}`);
  const fired = await cloud.schedules.fire(rule.name, { detail: { restoreJobId, createdResourceArn, ...times } });
  // The rule has done its part when the machine has begun; how that ends is the answer's matter.
  expect(fired.map(({ target }) => target.includes('restore-test'))).toEqual([true]);
  return restoreJobId;
}

test('what AWS Backup restores is judged by the checks of a drill, and it gets their answer', async () => {
  const assembly = await synthesized('qa', project());
  const place = await openQuickestPlace();
  let answers: readonly unknown[] = [];
  try {
    const report = await rehearse({
      ...{ name: 'ndis-chatbot-qa', assembly, place },
      samples: [readFileSync(join(root, 'sql', 'samples', '001_ndis.sql'), 'utf8')],
      drill: { kind: 'snapshot', judge: async () => [] },
      keep: async (_, cloud) => {
        const good = 'awsbackup-restore-test-good';
        const job = await tell(cloud, good, await restoreTest(cloud, good));
        // An instance of another name is nobody's business here: the role may not touch it.
        const other = await tell(cloud, 'ndis-chatbot-qa', {
          creationDate: new Date().toISOString(),
          completionDate: new Date().toISOString(),
        });
        answers = cloud.restoreValidations.given.map(({ job: of, ...rest }) => [[job, other].indexOf(of), rest]);
      },
    });
    expect(report.failures).toEqual([]);
  } finally {
    await place.close();
  }
  expect(answers).toEqual([
    [0, { status: 'SUCCESSFUL', message: 'All checks passed.' }],
    [1, { status: 'FAILED', message: expect.stringContaining('not authorized to perform: rds:ModifyDBInstance') }],
  ]);
});
