import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { met, parseFailOn } from '../../../cli/plan/fail-on';
import { markdown } from '../../../cli/plan/markdown';
import { type Report, reportOn } from '../../../cli/plan/report';
import type { Templates } from '../../../lib/checks/templates';
import { loadProject } from '../../../lib/config';
import { parentVariable } from '../../../postgres/run-folder';
import { type Accepted, changed, root } from '../../lib/support/golden';

let sql: string;
beforeEach(() => {
  sql = mkdtempSync(join(process.env[parentVariable] ?? '', 'sql-'));
  cpSync(join(root, 'sql'), sql, { recursive: true });
});
afterEach(() => rmSync(sql, { recursive: true }));

async function report(before: Templates | undefined, after: Templates, rows?: readonly number[]): Promise<Report> {
  const project = await loadProject(root);
  const environment = project.environments['prod'];
  if (!environment) throw new Error('There is no prod.');
  return reportOn({
    project: { ...project, sqlFolder: sql },
    environment,
    against: before ? 'golden/prod' : 'no templates of prod have been accepted yet (`--accept` does)',
    before,
    after,
    golden: before,
    rows,
  });
}

const plan = async (change: (after: Accepted) => void, rows?: readonly number[]) => {
  const { before, after } = changed(change);
  return (await report(before, after, rows)).empty ? '' : markdown(await report(before, after, rows));
};
const db = 'AWS::RDS::DBInstance';
const lines = (after: Accepted) =>
  after.resource('schema', 'Custom::PlinthMigrations').Properties['Migrations'] as string[];
const indexes = (after: Accepted) =>
  after.resource('schema', 'Custom::PlinthVectorIndexes').Properties['Indexes'] as Record<string, object>;

test('an empty plan is one sentence', async () => {
  const { before, after } = changed(() => undefined);
  expect(markdown(await report(before, after))).toBe(
    '# Plan for prod of ndis-chatbot\n\nNothing changes against golden/prod.\n',
  );
});

test('a first deploy tells that all is new, and counts it', async () => {
  const text = markdown(await report(undefined, changed(() => undefined).after));
  expect(text).toContain('Everything is new: no templates of prod have been accepted yet');
  expect(text).toMatch(/## Added: \d+ resources/);
  expect(text).toContain('- 1 × AWS::RDS::DBInstance');
  expect(text).not.toContain(':warning:');
});

test('what would be lost comes first, in words, with the way through', async () => {
  const text = await plan((after) => {
    after.resource('database', db).Properties['Port'] = '5433';
    delete after.resources('database')[after.id('database', 'AWS::SecretsManager::ResourcePolicy')];
  });
  expect(text).toMatchInlineSnapshot(`
"# Plan for prod of ndis-chatbot

Against golden/prod: 1 deleted, 1 replaced.

## :warning: Data

- **The database ndis-chatbot-prod (DatabaseInstanceAA8A5FDE) would be replaced, because Port changes from 5432 to 5433; a deploy would fail, since a new, empty one cannot be named ndis-chatbot-prod while the old one is there.**

A synth refuses this. If it is meant: \`npx plinth plan --env prod --accept\`, and commit the result.

## Replaced or deleted

- \`Database/Admin/Policy\`, AWS::SecretsManager::ResourcePolicy, in ndis-chatbot-prod-database: deleted
- \`Database/Instance\`, AWS::RDS::DBInstance, in ndis-chatbot-prod-database: replaced (\`Port\`), **see above**
"
`);
});

test('a database that is deleted says so', async () => {
  const { after: before } = changed((both) => {
    both.resource('database', db).DeletionPolicy = 'Delete';
  });
  const { after } = changed((gone) => delete gone.resources('database')[gone.id('database', db)]);
  expect(markdown(await report(before, after))).toContain(
    '- **The database ndis-chatbot-prod (DatabaseInstanceAA8A5FDE) is no longer in the stack ndis-chatbot-prod-database; a deploy would delete it with everything in it.**',
  );
});

test('migrations come with their locks, the findings of the lint, and what an edit means', async () => {
  writeFileSync(
    join(sql, 'migrations/006_rate.sql'),
    'CREATE INDEX messages_x ON messages (id);\nALTER TABLE messages ADD COLUMN rated_at timestamp;\nCREATE TABLE ratings (id bigint);\nCREATE INDEX ON ratings (id);\n',
  );
  const text = await plan((after) => {
    const all = lines(after);
    all.unshift('006_rate: sha256:0');
    all[1] = '005_citations: sha256:edited';
    all.pop();
  });
  expect(text).toMatchInlineSnapshot(`
"# Plan for prod of ndis-chatbot

Against golden/prod: 1 changed, 3 migrations.

## Migrations

- \`001_documents\`: **removed**: a database that has run it refuses the deploy, so put it back
- \`005_citations\`: **edited**: a database that has run it refuses the deploy, so put it back and write another migration
  - locks \`messages\`: SHARE ROW EXCLUSIVE, which blocks writes
  - locks \`embeddings\`: SHARE ROW EXCLUSIVE, which blocks writes
- \`006_rate\`: new
  - locks \`messages\`: ACCESS EXCLUSIVE, which blocks reads and writes
  - line 1, warn \`index-without-concurrently\`: CREATE INDEX without CONCURRENTLY stops all writes to "messages" until it is done. Write CONCURRENTLY, in a file of its own that begins with "-- plinth: no-transaction".
"
`);
});

test('index work comes with the time that it takes, for the rows that are given or for three sizes', async () => {
  const lists = (after: Accepted) => {
    indexes(after)['embeddings_ivfflat'] = { ...indexes(after)['embeddings_ivfflat'], lists: 500 };
  };
  expect(await plan(lists)).toMatchInlineSnapshot(`
"# Plan for prod of ndis-chatbot

Against golden/prod: 1 changed.

## Vector indexes

- \`embeddings_ivfflat\` on \`public.embeddings\` is built again beside the old one, which serves until it is swapped.
  - \`lists: 100 -> 500\`
  - 10,000 rows with 500 lists: about 13 seconds
  - 100,000 rows with 500 lists: about 28 seconds
  - 1,000,000 rows with 500 lists: about 3 minutes

The times are for two cores. How many rows there are, no template tells; \`--rows COUNT\` does.
"
`);
  expect(await plan(lists, [5_000_000])).toMatch(/ {2}- 5,000,000 rows with 500 lists: about \d+ minutes/);
});

test('what a search takes is set without a build, and an index that is declared no longer stays', async () => {
  const text = await plan((after) => {
    indexes(after)['embeddings_ivfflat'] = { ...indexes(after)['embeddings_ivfflat'], probes: 12 };
  });
  expect(text).toContain('is searched otherwise from the next session on; nothing is built.\n  - `probes: auto -> 12`');
  const { before, after } = changed((more) => {
    indexes(more)['other'] = { ...indexes(more)['embeddings_ivfflat'] };
  });
  expect(markdown(await report(after, before))).toContain(
    '- `other` on `public.embeddings` is declared no longer. It stays in the database until somebody drops it.',
  );
});

test('settings, code, permissions, doors and cost each have their place, and like changes stand together', async () => {
  const text = await plan((after) => {
    const roles = after.resource('schema', 'Custom::PlinthRoles').Properties['Roles'] as Record<string, object>;
    roles['app'] = { ...roles['app'], connectionLimit: 40 };
    const functionType = 'AWS::Lambda::Function';
    after.resource('schema', functionType, 'SchemaMigrationsHandler').Properties['Code'] = { S3Key: 'new.zip' };
    for (const part of ['SchemaRolesHandler', 'SchemaExtensionsHandler'])
      after.resource('schema', functionType, part).Properties['MemorySize'] = 512;
    const policy = after.resource('schema', 'AWS::IAM::Policy', 'SchemaExtensionsHandlerRole').Properties;
    (policy['PolicyDocument'] as { Statement: object[] }).Statement.push({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: '*',
    });
    after.resource('network', 'AWS::EC2::SecurityGroup', 'NetworkDatabase').Properties['SecurityGroupIngress'] = [
      { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 },
    ];
    after.resource('database', db).Properties['DBInstanceClass'] = 'db.r7g.xlarge';
  });
  expect(text).toMatchInlineSnapshot(`
"# Plan for prod of ndis-chatbot

Against golden/prod: 6 changed, 1 function with new code.

## Permissions that widen

- \`Schema/Extensions/Handler/Role\` may now \`s3:GetObject\`, \`s3:PutObject\` on \`*\` (every resource).

## Doors that open

- \`Network/Database\` lets in TCP 5432 from \`Everyone (IPv4)\`, which is **anybody on the internet**.

## Changed

- \`Database/Instance\`, AWS::RDS::DBInstance, in ndis-chatbot-prod-database
  - \`DBInstanceClass: db.r7g.large -> db.r7g.xlarge\`
- \`Schema/Roles/Handler/Function\`, \`Schema/Extensions/Handler/Function\`, AWS::Lambda::Function, in ndis-chatbot-prod-schema
  - \`MemorySize: 256 -> 512\`
- \`Schema/Roles\`, Custom::PlinthRoles, in ndis-chatbot-prod-schema
  - \`Roles.app.connectionLimit: 80 -> 40\`
- the statements of \`Schema/Extensions/Handler/Role/DefaultPolicy\`

## Code

New code, and nothing else, for \`Schema/Migrations/Handler/Function\`.

## Monthly cost

- **more**: The database ndis-chatbot-prod goes from db.r7g.large to db.r7g.xlarge (16 to 32 GiB of memory).

No price list of ap-southeast-2 is kept here, so this tells the direction alone.
"
`);
});

describe('--fail-on', () => {
  test('stops at what it names', async () => {
    const { before, after } = changed((other) => {
      other.resource('database', db).Properties['Port'] = '5433';
    });
    expect(met(['loss', 'replace', 'widening', 'change'], await report(before, after))).toEqual([
      'loss',
      'replace',
      'change',
    ]);
    expect(met(['loss', 'replace', 'widening', 'change'], await report(before, before))).toEqual([]);
  });

  test('takes several, and refuses what it does not know', () => {
    expect(parseFailOn(undefined)).toEqual([]);
    expect(parseFailOn('loss, widening')).toEqual(['loss', 'widening']);
    expect(() => parseFailOn('loss,widning')).toThrow(
      '--fail-on is "loss,widning"; it takes loss, replace, widening, change, with commas between them; did you mean widening?',
    );
    expect(() => parseFailOn('')).toThrow('--fail-on is ""');
  });
});
