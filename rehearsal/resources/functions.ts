import { existsSync } from 'node:fs';
import { AwsError } from '../cloud/errors';
import type { FunctionHost } from '../functions/host';
import type { Authorizer } from '../iam/authorizer';
import { onlyAs } from './strict';
import { ResourceFailure, type ResourceRequest, type ResourceType } from './type';

interface VpcConfig {
  readonly SubnetIds?: readonly string[];
  readonly SecurityGroupIds?: readonly string[];
}

// What Lambda does with the role of a function in a VPC, before the function is there.
const interfaces = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets', 'DeleteNetworkInterface'];

export function functionTypes(host: FunctionHost, authorizer: Authorizer): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::Lambda::Function': {
      named: 'FunctionName',
      replacing: ['FunctionName', 'PackageType'],
      known: [
        ...['Architectures', 'Code', 'Description', 'Environment', 'FunctionName', 'Handler', 'LoggingConfig'],
        ...['MemorySize', 'PackageType', 'Role', 'Runtime', 'Tags', 'Timeout', 'VpcConfig'],
      ],
      create: async (request) => {
        const { account, stack, logicalId, properties } = request;
        const name = String(properties['FunctionName'] ?? account.nameFor(stack, logicalId));
        return define(request, name);
      },
      update: async (request) => define(request, request.id),
      remove: async ({ id }) => host.remove(id),
    },
  };
  async function define(request: ResourceRequest, name: string) {
    const { account, properties } = request;
    onlyAs(request, 'PackageType', 'Zip');
    const arn = account.arn('lambda', `function:${name}`);
    const vpc = properties['VpcConfig'] as VpcConfig | undefined;
    const roleArn = String(properties['Role']);
    const distrust = authorizer.services.whyNotAssumed(roleArn, 'lambda.amazonaws.com', arn);
    if (distrust !== undefined) {
      throw new ResourceFailure(`The role defined for the function cannot be assumed by Lambda. ${distrust}`);
    }
    if ((vpc?.SubnetIds ?? []).length > 0) mayHaveInterfaces(roleArn);
    const logging = (properties['LoggingConfig'] ?? {}) as { readonly LogGroup?: string };
    const environment = (properties['Environment'] ?? {}) as { readonly Variables?: Record<string, string> };
    await host.define({
      name,
      arn,
      roleArn,
      runtime: String(properties['Runtime']),
      handler: String(properties['Handler']),
      code: codeOf(properties['Code'], account.assets),
      environment: environment.Variables ?? {},
      memoryMiB: Number(properties['MemorySize'] ?? 128),
      timeoutSeconds: Number(properties['Timeout'] ?? 3),
      logGroup: logging.LogGroup ?? `/aws/lambda/${name}`,
      ...(vpc && { vpc: { subnets: vpc.SubnetIds ?? [], securityGroups: vpc.SecurityGroupIds ?? [] } }),
    });
    return { id: name, attributes: { Arn: arn } };
  }
  function mayHaveInterfaces(roleArn: string): void {
    for (const action of interfaces) {
      try {
        authorizer.check({ arn: roleArn, roleArn }, { action: `ec2:${action}`, resource: '*' });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new ResourceFailure(
          `The provided execution role does not have permissions to call ${action} on EC2 (${error.message})`,
        );
      }
    }
  }
}

function codeOf(code: unknown, assets: ReadonlyMap<string, string>): string {
  const { S3Key, ZipFile } = (code ?? {}) as { readonly S3Key?: string; readonly ZipFile?: string };
  if (ZipFile !== undefined)
    throw new ResourceFailure('The rehearsal takes the code of a function from an asset, not from the template.');
  const folder = assets.get(S3Key ?? '');
  if (folder === undefined || !existsSync(folder))
    throw new ResourceFailure(`The asset ${S3Key} is not in the synthesized app.`);
  return folder;
}
