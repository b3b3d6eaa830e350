import type { Account } from '../account';
import { property, type Recorded } from './recorded-kind';
import { recordedOperations } from './recorded-operations';
import type { Made, ResourceRequest, ResourceType } from './type';

const iam = (account: Account, resource: string) => account.arn('iam', resource, { region: '' });
const pathOf = (request: ResourceRequest) => String(property(request, 'Path') ?? '/');

/** All types of that kind. One that is not here, and not real either, stops the rehearsal. */
const recorded: Readonly<Record<string, Recorded>> = {
  'AWS::CDK::Metadata': { prefix: 'metadata' },
  'AWS::EC2::VPC': {
    prefix: 'vpc',
    replacing: ['CidrBlock', 'InstanceTenancy'],
    attributes: (id, request) => ({
      VpcId: id,
      CidrBlock: property(request, 'CidrBlock'),
      DefaultSecurityGroup: `sg-${request.account.random(17)}`,
    }),
  },
  'AWS::EC2::Subnet': {
    prefix: 'subnet',
    replacing: ['AvailabilityZone', 'CidrBlock', 'VpcId'],
    attributes: (id, request) => ({
      SubnetId: id,
      AvailabilityZone: property(request, 'AvailabilityZone'),
      VpcId: property(request, 'VpcId'),
      CidrBlock: property(request, 'CidrBlock'),
    }),
  },
  'AWS::EC2::RouteTable': { prefix: 'rtb', replacing: ['VpcId'], attributes: (id) => ({ RouteTableId: id }) },
  'AWS::EC2::SubnetRouteTableAssociation': { prefix: 'rtbassoc', replacing: ['SubnetId'] },
  'AWS::EC2::Route': { prefix: 'route', replacing: ['DestinationCidrBlock', 'RouteTableId'] },
  'AWS::EC2::InternetGateway': { prefix: 'igw', attributes: (id) => ({ InternetGatewayId: id }) },
  'AWS::EC2::VPCGatewayAttachment': { prefix: 'attachment' },
  'AWS::EC2::EIP': { prefix: 'eip', attributes: (id) => ({ AllocationId: id }) },
  'AWS::EC2::NatGateway': {
    prefix: 'nat',
    replacing: ['SubnetId', 'AllocationId'],
    attributes: (id) => ({ NatGatewayId: id }),
  },
  'AWS::EC2::SecurityGroup': {
    prefix: 'sg',
    replacing: ['GroupDescription', 'GroupName', 'VpcId'],
    attributes: (id, request) => ({ GroupId: id, VpcId: property(request, 'VpcId') }),
  },
  'AWS::EC2::SecurityGroupIngress': {
    prefix: 'sgr',
    replacing: ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'SourceSecurityGroupId'],
  },
  'AWS::EC2::SecurityGroupEgress': {
    prefix: 'sgr',
    replacing: ['GroupId', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'DestinationSecurityGroupId'],
  },
  'AWS::EC2::VPCEndpoint': { prefix: 'vpce', replacing: ['ServiceName', 'VpcId', 'VpcEndpointType'] },
  'AWS::IAM::Role': {
    name: 'RoleName',
    replacing: ['RoleName', 'Path'],
    attributes: (id, request) => ({
      Arn: iam(request.account, `role${pathOf(request)}${id}`),
      RoleId: `AROA${request.account.random(17).toUpperCase()}`,
    }),
  },
  'AWS::IAM::Policy': { name: 'PolicyName', uniqueIn: null },
  'AWS::IAM::ManagedPolicy': {
    name: 'ManagedPolicyName',
    replacing: ['ManagedPolicyName', 'Path'],
    id: (name, request) => iam(request.account, `policy${pathOf(request)}${name}`),
    attributes: (id) => ({ PolicyArn: id }),
  },
  'AWS::Lambda::Permission': { prefix: 'permission', replacing: ['Action', 'FunctionName', 'Principal', 'SourceArn'] },
  'AWS::RDS::DBParameterGroup': {
    name: 'DBParameterGroupName',
    replacing: ['DBParameterGroupName', 'Family', 'Description'],
  },
  'AWS::RDS::DBSubnetGroup': { name: 'DBSubnetGroupName', replacing: ['DBSubnetGroupName'] },
  'AWS::RDS::EventSubscription': { prefix: 'subscription', replacing: ['SubscriptionName', 'SnsTopicArn'] },
  'AWS::SecretsManager::ResourcePolicy': { prefix: 'policy', replacing: ['SecretId'] },
  'AWS::S3::BucketPolicy': { prefix: 'policy', replacing: ['Bucket'] },
  'AWS::SNS::TopicPolicy': { prefix: 'policy' },
  'AWS::SNS::Subscription': { prefix: 'subscription', replacing: ['TopicArn', 'Protocol', 'Endpoint'] },
  ...recordedOperations,
};

export function recordedType(type: string): ResourceType | undefined {
  const how = recorded[type];
  if (!how) return undefined;
  const { prefix, name, uniqueIn, id: idOf = (plain) => plain, attributes = () => ({}), replacing = [] } = how;
  const make = (id: string, request: ResourceRequest): Made => ({ id, attributes: attributes(id, request) });
  return {
    replacing,
    ...(prefix === undefined && name !== undefined && { named: name }),
    ...(uniqueIn !== undefined && { uniqueIn }),
    create: async (request) => {
      const { account, stack, logicalId } = request;
      const given = name === undefined ? undefined : property(request, name);
      // What has a name of its own gets one from CloudFormation; RDS writes its names in small letters.
      const lower = type.startsWith('AWS::RDS::');
      const id =
        prefix === undefined
          ? (given ?? account.nameFor(stack, logicalId, { lower }))
          : `${prefix}-${account.random(17)}`;
      return make(idOf(String(id), request), request);
    },
    update: async (request) => ({ id: request.id, attributes: request.attributes }),
  };
}

export const recordedTypes: readonly string[] = Object.keys(recorded);
