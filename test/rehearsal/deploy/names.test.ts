import { deleteStack, deployStack } from '../../../rehearsal/deploy/stack';
import { useCloud } from '../support/cloud';
import { Deploys, stackOf, thing } from '../support/stacks';

let deploys: Deploys;
beforeEach(() => {
  deploys = new Deploys();
});
const deploy = (resources: Record<string, unknown>, name = 'S') =>
  deployStack(stackOf(name, resources), deploys.context);
const dashboard = (DashboardName?: string, DeletionPolicy = 'Delete') => ({
  Type: 'AWS::CloudWatch::Dashboard',
  DeletionPolicy,
  ...(DashboardName !== undefined && { Properties: { DashboardName } }),
});
const taken = (holder: string) =>
  `Resource of type 'AWS::CloudWatch::Dashboard' with identifier 'x' already exists. It is that of ${holder}.`;

describe('a name that a template gives', () => {
  test('is that of one resource of its type', async () => {
    await deploy({ A: dashboard('x') });
    expect(await deploy({ B: dashboard('x') }, 'T')).toMatchObject({
      outcome: 'rolled back',
      reason: `B (AWS::CloudWatch::Dashboard): ${taken('S/A')}`,
    });
    expect(
      await deploy({ B: dashboard('y'), C: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'x' } } }, 'T'),
    ).toMatchObject({
      outcome: 'created',
    });
  });

  test('is not free while something that was kept has it', async () => {
    await deploy({ A: dashboard('x', 'Retain') });
    await deleteStack('S', deploys.context);
    expect((await deploy({ A: dashboard('x', 'Retain') })).reason).toContain(taken('S/A'));
  });

  test('is kept by what a rolled-back deploy keeps, and free of what it removes', async () => {
    const broken = (policy: string) => {
      deploys.failing.add('create Z');
      return deploy({ A: dashboard('x', policy), Z: thing({}, { DependsOn: 'A' }) });
    };
    for (const policy of ['Delete', 'RetainExceptOnCreate']) {
      expect((await broken(policy)).reason).toContain('create Z fails');
      await deleteStack('S', deploys.context);
    }
    expect((await broken('Retain')).reason).toContain('create Z fails');
    await deleteStack('S', deploys.context);
    expect((await broken('Retain')).reason).toContain(taken('S/A'));
  });

  test('is free again when its resource is gone, and not before the end of an update', async () => {
    await deploy({ A: dashboard('x') });
    expect((await deploy({ B: dashboard('x') })).reason).toContain(taken('S/A'));
    expect((await deploy({ A: dashboard('y'), B: dashboard('x') })).reason).toBeDefined();
    expect(await deploy({ A: dashboard('y') })).toMatchObject({ outcome: 'updated' });
    expect(await deploy({ A: dashboard('y'), B: dashboard('x') })).toMatchObject({ outcome: 'updated' });
  });

  test('can be used in two places that have names of their own, and twice for a policy inside of roles', async () => {
    const filter = (LogGroupName: string) => ({
      Type: 'AWS::Logs::MetricFilter',
      Properties: { FilterName: 'errors', LogGroupName },
    });
    const policy = (Role: string) => ({
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'own', Roles: [Role], PolicyDocument: { Statement: [] } },
    });
    expect(await deploy({ A: filter('a'), B: filter('b'), C: policy('c'), D: policy('d') })).toMatchObject({
      outcome: 'created',
    });
    expect((await deploy({ A: filter('a') }, 'T')).reason).toContain("with identifier 'errors' already exists");
  });
});

describe('a name that somebody took outside of every template', () => {
  const test_ = useCloud();
  test('is taken for a parameter', async () => {
    test_.cloud.parameters.put('/by/hand', 'String', '1');
    const resource = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/by/hand', Type: 'String', Value: '2' } };
    expect((await test_.deploy('P', { A: resource })).reason).toContain(
      "Resource of type 'AWS::SSM::Parameter' with identifier '/by/hand' already exists.",
    );
  });

  test('is taken for a log group', async () => {
    test_.cloud.logs.create('/by/function');
    const resource = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/by/function' } };
    expect((await test_.deploy('L', { A: resource })).reason).toContain(
      "Resource of type 'AWS::Logs::LogGroup' with identifier '/by/function' already exists.",
    );
  });
});
