import type { Access } from '../../../rehearsal/cloud/call';
import { passEndpoint } from '../../../rehearsal/cloud/pass-endpoint';
import { deployStack } from '../../../rehearsal/deploy/stack';
import { Authorizer } from '../../../rehearsal/iam/authorizer';
import { allow } from '../support/cloud';
import { Deploys, stackOf } from '../support/stacks';

const open = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
const resources = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { EnableDnsSupport: true, EnableDnsHostnames: true } },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' } },
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupIngress: [open], SecurityGroupEgress: [open] },
  },
  Endpoint: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: { Ref: 'Vpc' },
      ServiceName: 'com.amazonaws.eu-west-1.ssm',
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      SubnetIds: [{ Ref: 'Subnet' }],
      SecurityGroupIds: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
      PolicyDocument: {
        Statement: [
          {
            ...allow('ssm:*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
            Principal: '*',
          },
        ],
      },
    },
  },
};

// Of a task as well: no function calls here.
async function passing(access: Access, inVpc = true) {
  const { account, context } = new Deploys();
  expect((await deployStack(stackOf('N', resources), context)).outcome).toBe('created');
  const id = (name: string) => String(account.stacks.get('N')?.resources.get(name)?.id);
  const roleArn = 'arn:aws:iam::123456789012:role/task';
  const seat = { subnets: [id('Subnet')], securityGroups: [id('Group')] };
  const caller = { arn: 'arn:aws:sts::123456789012:assumed-role/task/t', roleArn, ...(inVpc && { seat }) };
  const broken: string[] = [];
  const pass = () =>
    passEndpoint(account, new Authorizer(account), caller, access, 'ssm', (sentence) => broken.push(sentence));
  return { pass, broken };
}

test('whoever calls out of a VPC is held to the policy of the endpoint, with the conditions of the call', async () => {
  const get = { action: 'ssm:GetParameter', resource: 'arn:a' };
  expect((await passing(get)).pass).not.toThrow();
  const { pass, broken } = await passing({ ...get, context: { 'aws:SecureTransport': 'false' } });
  expect(pass).toThrow('because no VPC endpoint policy allows the ssm:GetParameter action');
  expect(broken).toEqual(['The policy of the endpoint N/Endpoint does not let ssm:GetParameter on arn:a through.']);
});

test('what the service does with a key in the name of the caller does not pass there', async () => {
  expect((await passing({ action: 'kms:Decrypt', resource: 'arn:k' })).pass).not.toThrow();
});

test('nor does what calls from outside of every VPC', async () => {
  const insecure = { 'aws:SecureTransport': 'false' };
  const { pass } = await passing({ action: 'ssm:GetParameter', resource: 'arn:a', context: insecure }, false);
  expect(pass).not.toThrow();
});
