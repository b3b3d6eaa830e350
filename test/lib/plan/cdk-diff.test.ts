import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parentVariable } from '../../../postgres/run-folder';
import { root } from '../support/golden';
import { synthFolder } from '../support/synth-folder';

// The CDK's own `cdk diff`, against what was synthesized before the change: what a reviewer reads, to the letter.
const run = promisify(execFile);
let base: string;
let project: string;
beforeAll(() => {
  base = mkdtempSync(join(process.env[parentVariable] ?? '', 'diff-'));
  synthFolder({ project: root, environment: 'prod', folder: join(base, 'before') });
}, 60_000);
beforeEach(() => {
  project = mkdtempSync(join(base, 'project-'));
  cpSync(join(root, 'sql'), join(project, 'sql'), { recursive: true });
  // Else production is told that nothing has been accepted, which is no part of the diff.
  cpSync(join(root, 'golden', 'prod'), join(project, 'golden', 'prod'), { recursive: true });
  const config = readFileSync(join(root, 'plinth.config.ts'), 'utf8');
  writeFileSync(join(project, 'plinth.config.ts'), config.replace("'./lib/config/define'", "'plinth'"));
});
afterAll(() => rmSync(base, { recursive: true }));

const edit = (file: string, from: string, to: string) => {
  const path = join(project, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}.`);
  writeFileSync(path, text.replace(from, to));
};

/** What the program said and how it ended; the name of an asset changes with every change of code. */
async function diff(purpose: string): Promise<{ readonly code: number; readonly text: string }> {
  const folder = join(project, 'cdk.out');
  if (!existsSync(folder)) synthFolder({ project, environment: 'prod', folder });
  const stack = `ndis-chatbot-prod-${purpose}`;
  const template = join(base, 'before', `${stack}.template.json`);
  const args = ['diff', stack, '--exclusively', '--app', folder, '--template', template, '--fail', '--no-color'];
  const env = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' };
  const { code, text } = await run(join(root, 'node_modules', '.bin', 'cdk'), args, { cwd: root, env }).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, text: stdout + stderr }),
  );
  const lines = text.replace(/[0-9a-f]{64}(?=[.]zip)|(?<=asset[.])[0-9a-f]{64}/g, '<code>').split('\n');
  return {
    code,
    text: lines
      .map((line: string) => line.trimEnd())
      .filter((line: string) => line !== '')
      .join('\n'),
  };
}

test('without a change the diff of every stack is empty', async () => {
  for (const purpose of ['network', 'database', 'schema']) {
    expect(await diff(purpose)).toEqual({
      code: 0,
      text: `Stack ndis-chatbot-prod-${purpose}\nThere were no differences\n✨  Number of stacks with differences: 0`,
    });
  }
});

test('a new migration is one added line with its checksum, and an edited one a changed line', async () => {
  writeFileSync(
    join(project, 'sql/migrations/006_add_language.sql'),
    'ALTER TABLE documents ADD COLUMN language text;\n',
  );
  edit('sql/migrations/005_citations.sql', 'CREATE TABLE', 'CREATE  TABLE');
  const { code, text } = await diff('schema');
  expect(code).toBe(1);
  expect(text).toMatchInlineSnapshot(`
"Stack ndis-chatbot-prod-schema
Resources
[~] AWS::Lambda::Function Schema/Migrations/Handler/Function SchemaMigrationsHandlerFunction21BC2914
 ├─ [~] Code
 │   └─ [~] .S3Key:
 │       ├─ [-] <code>.zip
 │       └─ [+] <code>.zip
 └─ [~] Metadata
     └─ [~] .aws:asset:path:
         ├─ [-] asset.<code>
         └─ [+] asset.<code>
[~] Custom::PlinthMigrations Schema/Migrations/Resource SchemaMigrations3E63CEDD
 └─ [~] Migrations
     └─ @@ -1,5 +1,6 @@
        [ ] [
        [-]   "005_citations: sha256:fd416386972b0053cdd261a989e22f92f4c3b261429af51412e3765464cc8a45",
        [+]   "006_add_language: sha256:9303c76e2df11d5835731fd21565902cc12c327c36b4842c1e443c33ca956bce",
        [+]   "005_citations: sha256:9d1fc5048f96732b405067a015cea205bb45be4d87afbedeafc79199f1066554",
        [ ]   "004_messages: sha256:c84b8adccb1d872e349da9a65e7f9ce831a3ea7acc144fb57351a1daabe33177",
        [ ]   "003_conversations: sha256:93957d3b13c821d42bdb168dad6e532252ed84d3a7e96e134d88cb0a699c9206",
        [ ]   "002_embeddings: sha256:39937504ae0f277fb658b7f0297b1f21f57074c640e1f71e740e086258c49578",
[~] Custom::PlinthVectorIndexes Schema/VectorIndexes/Resource SchemaVectorIndexes8574A4D5
 └─ [~] MigrationHead
     ├─ [-] 005_citations
     └─ [+] 006_add_language
✨  Number of stacks with differences: 1"
`);
});

test('a changed index shows the parameter, from what to what', async () => {
  edit('plinth.config.ts', 'lists: 100', 'lists: 500');
  expect((await diff('schema')).text).toMatchInlineSnapshot(`
"Stack ndis-chatbot-prod-schema
Resources
[~] Custom::PlinthVectorIndexes Schema/VectorIndexes/Resource SchemaVectorIndexes8574A4D5
 └─ [~] Indexes
     └─ [~] .embeddings_ivfflat:
         └─ [~] .lists:
             ├─ [-] 100
             └─ [+] 500
✨  Number of stacks with differences: 1"
`);
});

test('a changed setting shows under the name that the config uses, a flag with its values', async () => {
  edit(
    'plinth.config.ts',
    "sql: 'sql',",
    "sql: 'sql', roles: { app: { connectionLimit: 40 } }, migrations: { forbidGaps: true },",
  );
  expect((await diff('schema')).text).toMatchInlineSnapshot(`
"Stack ndis-chatbot-prod-schema
Resources
[~] Custom::PlinthRoles Schema/Roles/Resource SchemaRolesADD4C498
 └─ [~] Roles
     └─ [~] .app:
         └─ [~] .connectionLimit:
             ├─ [-] 80
             └─ [+] 40
[~] Custom::PlinthMigrations Schema/Migrations/Resource SchemaMigrations3E63CEDD
 └─ [~] Settings
     └─ [~] .forbidGaps:
         ├─ [-] false
         └─ [+] true
✨  Number of stacks with differences: 1"
`);
});

test('a larger instance shows as such, with the memory that is derived from it', async () => {
  edit('plinth.config.ts', "class: 'db.r7g.large'", "class: 'db.r7g.xlarge'");
  expect((await diff('database')).text).toMatchInlineSnapshot(`
"Stack ndis-chatbot-prod-database
Resources
[~] AWS::RDS::DBParameterGroup Database/Parameters DatabaseParametersB8AC9B07
 └─ [~] Parameters
     └─ [~] .maintenance_work_mem:
         ├─ [-] 2097152
         └─ [+] 4194304
[~] AWS::RDS::DBInstance Database/Instance DatabaseInstanceAA8A5FDE
 └─ [~] DBInstanceClass
     ├─ [-] db.r7g.large
     └─ [+] db.r7g.xlarge
✨  Number of stacks with differences: 1"
`);
});

test('a replacement says that it is one', async () => {
  edit('plinth.config.ts', "sql: 'sql',", "sql: 'sql', database: { port: 5433 },");
  const { text } = await diff('database');
  expect(text).toContain('requires replacement');
  expect(text).toMatch(/Port \(requires replacement\)\n.*5432\n.*5433/);
});
