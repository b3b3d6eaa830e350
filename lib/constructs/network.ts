import { Annotations, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from '../config';

/** The services that a function without a way to the internet calls: it reads the admin secret and writes parameters. */
const servicesOfFunctions = {
  SecretsManager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Ssm: ec2.InterfaceVpcEndpointAwsService.SSM,
} as const;

/** For a snapshot before the migrations. */
const forSnapshots = { Rds: ec2.InterfaceVpcEndpointAwsService.RDS } as const;

/** Where the database and the functions live. Lasts for ever: a function's network interface is slow to let go of it. */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  readonly databaseSubnets: ec2.SubnetSelection;
  readonly functionSubnets: ec2.SubnetSelection;
  readonly functions: ec2.SecurityGroup;
  readonly database: ec2.SecurityGroup;
  /** Of restored copies that are only looked at: whoever may reach the database has no business there. */
  readonly copies: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { network, database, migrations }: Environment) {
    super(scope, id);
    if (network.mode === 'create') {
      this.vpc = this.createVpc(network);
      this.databaseSubnets = { subnetGroupName: 'database' };
      this.functionSubnets = { subnetGroupName: network.egress === 'nat' ? 'functions' : 'database' };
    } else {
      const { vpcId, subnetIds, zones } = network;
      this.vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId,
        availabilityZones: [...zones],
        isolatedSubnetIds: [...subnetIds],
      });
      // Only a gateway endpoint or a route of ours would ask for them.
      Annotations.of(this.vpc).acknowledgeWarning(
        '@aws-cdk/aws-ec2:noSubnetRouteTableId',
        'The route tables belong to whoever made the VPC, and nothing here reads them.',
      );
      this.databaseSubnets = { subnets: this.vpc.isolatedSubnets };
      this.functionSubnets = this.databaseSubnets;
    }

    const group = (name: string, description: string) =>
      new ec2.SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound: false });
    this.functions = group('Functions', 'The functions that set up and check the database');
    this.database = group('Database', 'The database');
    const port = ec2.Port.tcp(database.port);
    this.functions.addEgressRule(this.database, port, 'To the database');
    this.database.addIngressRule(this.functions, port, 'From the functions');
    this.copies = group('Copies', 'The temporary instances of drills');
    this.functions.addEgressRule(this.copies, port, 'To the temporary instances of drills');
    this.copies.addIngressRule(this.functions, port, 'From the functions');
    if (network.egress === 'nat') {
      this.functions.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'To the AWS services');
    } else {
      const services = migrations.snapshotBefore ? { ...servicesOfFunctions, ...forSnapshots } : servicesOfFunctions;
      this.addEndpoints(group('Endpoints', 'The interface endpoints'), services);
    }
  }

  private createVpc({ cidr, zones, egress }: { cidr: string; zones: readonly string[]; egress: string }): ec2.Vpc {
    // The same division with and without NAT: a change of egress must not touch the subnets that the database stands in.
    const reserved = egress !== 'nat';
    const subnetConfiguration: ec2.SubnetConfiguration[] = [
      { name: 'database', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      { name: 'functions', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, reserved },
      { name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, reserved },
    ];
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      maxAzs: zones.length,
      natGateways: egress === 'nat' ? 1 : 0,
      subnetConfiguration,
      // The group's rules could only be taken away by a function with rights over every security group.
      restrictDefaultSecurityGroup: false,
    });
    const flowLogs = new logs.LogGroup(this, 'FlowLogs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(flowLogs) });
    return vpc;
  }

  private addEndpoints(
    endpoints: ec2.SecurityGroup,
    services: Readonly<Record<string, ec2.InterfaceVpcEndpointAwsService>>,
  ): void {
    const https = ec2.Port.tcp(443);
    this.functions.addEgressRule(endpoints, https, 'To the interface endpoints');
    endpoints.addIngressRule(this.functions, https, 'From the functions');
    for (const [name, service] of Object.entries(services)) {
      const endpoint = new ec2.InterfaceVpcEndpoint(this, name, {
        vpc: this.vpc,
        service,
        subnets: this.functionSubnets,
        securityGroups: [endpoints],
        open: false,
      });
      Tags.of(endpoint).add('Name', `${service.shortName}`);
    }
  }
}
