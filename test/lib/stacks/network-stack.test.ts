import { Match } from 'aws-cdk-lib/assertions';
import { synthesize } from '../support/synth';

describe('the network', () => {
  test('has isolated subnets in the zones of the config, and neither a way to nor from the internet', async () => {
    const template = (await synthesize('prod')).template('network');
    template.resourceCountIs('AWS::EC2::Subnet', 2);
    for (const zone of ['ap-southeast-2a', 'ap-southeast-2b']) {
      template.hasResourceProperties('AWS::EC2::Subnet', { AvailabilityZone: zone, MapPublicIpOnLaunch: false });
    }
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route']) {
      template.resourceCountIs(type, 0);
    }
  });

  test('lets the functions reach the database’s port and the endpoints, and nothing else reach anything', async () => {
    const template = (await synthesize('prod')).template('network');
    const rules = [
      ...Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')),
      ...Object.values(template.findResources('AWS::EC2::SecurityGroupEgress')),
    ].map(({ ['Properties']: p }) => `${p.Description} ${p.FromPort}-${p.ToPort} ${p.CidrIp ?? ''}`.trim());
    expect(rules.sort()).toEqual([
      'From the functions 443-443',
      'From the functions 5432-5432',
      'From the functions 5432-5432',
      'To the database 5432-5432',
      'To the interface endpoints 443-443',
      'To the temporary instances of drills 5432-5432',
    ]);
    // Without any rule of its own a group lets everything out; the CDK then writes one that no packet meets.
    const withRules = Object.values(template.findResources('AWS::EC2::SecurityGroupEgress')).map(
      (rule) => rule['Properties'].GroupId['Fn::GetAtt'][0],
    );
    for (const [id, group] of Object.entries(template.findResources('AWS::EC2::SecurityGroup'))) {
      const { SecurityGroupIngress: into, SecurityGroupEgress: out } = group['Properties'];
      expect(into).toBeUndefined();
      const nothing = [expect.objectContaining({ CidrIp: '255.255.255.255/32' })];
      expect(out).toEqual(withRules.includes(id) ? undefined : nothing);
    }
  });

  test('has exactly the endpoints that the functions call', async () => {
    const template = (await synthesize('dev')).template('network');
    const services = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(
      (r) => r['Properties'].ServiceName,
    );
    expect(services.sort()).toEqual([
      'com.amazonaws.ap-southeast-2.secretsmanager',
      'com.amazonaws.ap-southeast-2.ssm',
    ]);
  });

  test('tells whoever lets an application in which VPC and which security group it is about', async () => {
    const { template } = await synthesize('prod');
    template('network').hasOutput('VpcId', { Value: { Ref: Match.stringLikeRegexp('Vpc') } });
    template('network').hasOutput('DatabaseSecurityGroup', {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Database'), 'GroupId'] },
    });
    template('database').hasOutput('Key', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] } });
    template('database').hasOutput('EventsTopic', { Value: { Ref: Match.stringLikeRegexp('Events') } });
  });

  test('records its traffic, and the records expire', async () => {
    const template = (await synthesize('qa')).template('network');
    template.hasResourceProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL' });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('tags everything with the project and the environment, and is protected in production', async () => {
    const { app, template, environment } = await synthesize('prod');
    template('network').hasResourceProperties('AWS::EC2::VPC', {
      Tags: Match.arrayWith([
        { Key: 'plinth:environment', Value: 'prod' },
        { Key: 'plinth:project', Value: 'ndis-chatbot' },
      ]),
    });
    const { stacks } = app.synth();
    expect(stacks.map(({ terminationProtection }) => terminationProtection)).toEqual(stacks.map(() => true));
    expect(stacks.map(({ environment: { region, account } }) => `${account} ${region}`)).toEqual(
      stacks.map(() => `unknown-account ${environment.region}`),
    );
  });
});
