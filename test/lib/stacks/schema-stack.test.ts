import { Match, type Template } from 'aws-cdk-lib/assertions';
import { type Synthesized, synthesize } from '../support/synth';

const only = (template: Template, type: string) => {
  const [found, ...more] = Object.entries(template.findResources(type));
  if (!found || more.length > 0) throw new Error(`There is not exactly one ${type}.`);
  return { id: found[0], resource: found[1], properties: found[1]['Properties'] };
};
const order = ['PlinthRoles', 'PlinthExtensions', 'PlinthMigrations', 'PlinthVectorIndexes'].map((t) => `Custom::${t}`);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const statements = (template: Template): Statement[] =>
  Object.values(template.findResources('AWS::IAM::Policy')).flatMap((p) => p['Properties'].PolicyDocument.Statement);

describe.each(['dev', 'prod'])('the schema of %s', (name) => {
  let synthesized: Synthesized;
  let template: Template;
  beforeAll(async () => {
    synthesized = await synthesize(name);
    template = synthesized.template('schema');
  });

  test('makes roles, extensions, migrations and vector indexes one after the other, each within a limit', () => {
    for (const [at, type] of order.entries()) {
      const { resource, properties } = only(template, type);
      expect(Number(properties.ServiceTimeout)).toBeLessThanOrEqual(3_600);
      const before = order[at - 1];
      if (before !== undefined) expect(resource['DependsOn']).toContain(only(template, before).id);
    }
  });

  test('shows a reviewer each migration with its checksum, and settings under the names of the config', () => {
    const { roles, vectorIndexes, database, onDelete } = synthesized.environment;
    const { onRemove, ...declared } = roles;
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
    expect(only(template, 'Custom::PlinthRoles').properties).toMatchObject({
      Roles: plain(declared),
      OnRemove: onRemove,
      OnDelete: onDelete,
    });
    expect(only(template, 'Custom::PlinthExtensions').properties.Extensions).toEqual(plain(database.extensions));
    expect(only(template, 'Custom::PlinthVectorIndexes').properties.Indexes).toEqual(plain(vectorIndexes));
    const { Migrations } = only(template, 'Custom::PlinthMigrations').properties;
    expect(Migrations.at(-1)).toMatch(/^001_documents: /);
    for (const line of Migrations) expect(line).toMatch(/^\d+_\w+: sha256:[0-9a-f]{64}$/);
  });

  test('names the secret and the key by their ARNs, and holds no password', () => {
    const { properties } = only(template, 'Custom::PlinthRoles');
    expect(properties.Server.AdminSecret).toEqual({ 'Fn::ImportValue': expect.stringContaining('Admin') });
    expect(properties.Key).toEqual({ 'Fn::ImportValue': expect.stringContaining('Key') });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/resolve:secretsmanager/);
  });

  test('tells the endpoint, the parameters, the newest migration and what is still being built', () => {
    const { app, readonly } = synthesized.environment.connectionParameters;
    template.hasOutput('AppParameter', { Value: app });
    template.hasOutput('ReadonlyParameter', { Value: readonly });
    template.hasOutput('Endpoint', Match.anyValue());
    template.hasOutput('MigrationHead', { Value: { 'Fn::GetAtt': [only(template, order[2] ?? '').id, 'Head'] } });
    template.hasOutput('VectorIndexes', { Value: { 'Fn::GetAtt': [only(template, order[3] ?? '').id, 'State'] } });
  });

  test('gives every function a log group that expires, and polls only the migrations, within the hour', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
      expect(Properties).toMatchObject({ RetentionInDays: 90, KmsKeyId: expect.anything() });
    }
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties.LoggingConfig).toMatchObject({ LogGroup: { Ref: expect.any(String) } });
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
    const { DefinitionString } = only(template, 'AWS::StepFunctions::StateMachine').properties;
    // 15 s times 220 are the 55 minutes.
    expect(JSON.stringify(DefinitionString)).toMatch(/IntervalSeconds\\":15,\\"MaxAttempts\\":220/);
  });

  test('allows the roles function its two parameters, and nobody else any', () => {
    const about = statements(template).filter(({ Action }) => [Action].flat().some((a) => a.startsWith('ssm:')));
    expect(about).toHaveLength(1);
    expect(about[0]?.Action).toEqual(['ssm:GetParameter', 'ssm:PutParameter']);
    const { app, readonly } = synthesized.environment.connectionParameters;
    const resources = JSON.stringify(about[0]?.Resource);
    for (const parameter of [app, readonly]) expect(resources).toContain(`parameter${parameter}"`);
  });

  test('allows nothing over all resources but what EC2 lets nobody narrow', () => {
    const wide = statements(template).filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*');
    for (const { Action } of wide) for (const action of [Action].flat()) expect(action).toMatch(/^ec2:/);
  });
});

test('only an environment that takes snapshots before migrations may take them, and has a way to RDS', async () => {
  for (const [name, takes] of [
    ['dev', false],
    ['prod', true],
  ] as const) {
    const { template, environment } = await synthesize(name);
    const schema = template('schema');
    expect(environment.migrations.snapshotBefore).toBe(takes);
    const rds = statements(schema).filter(({ Action }) => [Action].flat().includes('rds:CreateDBSnapshot'));
    expect(rds).toHaveLength(takes ? 1 : 0);
    if (takes) expect(JSON.stringify(rds[0]?.Resource)).toContain(`snapshot:${environment.prefix}-migration-*`);
    const { SnapshotOf } = only(schema, 'Custom::PlinthMigrations').properties;
    expect(SnapshotOf).toBe(takes ? environment.prefix : undefined);
    const services = Object.values(template('network').findResources('AWS::EC2::VPCEndpoint'));
    const toRds = services.filter(({ Properties }) => JSON.stringify(Properties.ServiceName).includes('.rds'));
    expect(toRds).toHaveLength(takes ? 1 : 0);
  }
});
