import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlace } from '../../../postgres/open';
import type { PostgresPlace } from '../../../postgres/place';
import { createRunFolder, type RunFolder } from '../../../postgres/run-folder';
import { Account } from '../../../rehearsal/account';
import { Clock } from '../../../rehearsal/clock';
import { LocalCloud, operatorKey, operatorSecret } from '../../../rehearsal/cloud/cloud';
import { deployStack, type StackResult } from '../../../rehearsal/deploy/stack';
import { stackOf } from './stacks';

type Section = Readonly<Record<string, unknown>>;

// The SDK says on each start that this Node will be too old for it one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

export const region = 'eu-west-1';

/** A cloud of its own for this test file, without a database until a template asks for one. */
export interface TestCloud {
  readonly cloud: LocalCloud;
  readonly account: Account;
  readonly clock: Clock;
  /** Deploys resources to a stack, with the code of functions as files by asset key. */
  deploy(
    stack: string,
    resources: Section,
    code?: Readonly<Record<string, Readonly<Record<string, string>>>>,
    sections?: Section,
  ): Promise<StackResult>;
  /** The physical id of a resource. */
  id(stack: string, logicalId: string): string;
  arn(stack: string, logicalId: string): string;
  /** For a client of the SDK, as the operator. */
  readonly client: ClientSettings;
  /** As a function that is deployed. */
  clientOf(functionName: string): ClientSettings;
}

interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly maxAttempts: number;
}

export function useCloud(kind: 'embedded' | 'native' = 'embedded'): TestCloud {
  let place: PostgresPlace | undefined;
  let folder: RunFolder | undefined;
  let cloud: LocalCloud | undefined;
  const account = new Account('123456789012', region);
  const clock = new Clock();
  beforeAll(async () => {
    place = await openPlace(kind);
    folder = createRunFolder();
    cloud = await LocalCloud.open({ account, clock, place, folder: folder.path });
  });
  afterAll(async () => {
    await cloud?.close();
    await place?.close();
    folder?.remove();
  });
  const the = (): LocalCloud => {
    if (!cloud) throw new Error('The cloud is there only within a test.');
    return cloud;
  };
  const deployed = (stack: string, logicalId: string) => {
    const found = account.stacks.get(stack)?.resources.get(logicalId);
    if (!found) throw new Error(`${stack}/${logicalId} is not deployed.`);
    return found;
  };
  const settings = (credentials: ClientSettings['credentials']): ClientSettings => ({
    endpoint: the().url,
    region,
    credentials,
    maxAttempts: 1,
  });
  return {
    get cloud() {
      return the();
    },
    account,
    clock,
    deploy: (stack, resources, code = {}, sections = {}) => {
      const assets = new Map(Object.entries(code).map(([key, files]) => [key, folderOf(files)]));
      return deployStack(
        { ...stackOf(stack, resources, sections), assets },
        {
          account,
          typeOf: (type) => the().typeOf(type),
          dynamic: (reference) => the().dynamic(reference),
          emit: () => {},
        },
      );
    },
    id: (stack, logicalId) => deployed(stack, logicalId).id,
    arn: (stack, logicalId) => String(deployed(stack, logicalId).attributes['Arn']),
    get client() {
      return settings({ accessKeyId: operatorKey, secretAccessKey: operatorSecret });
    },
    clientOf: (name) => settings(the().functions.credentialsOf(name)),
  };
}

/** A folder of files, gone with the run of the tests. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(process.env['PLINTH_RUN_FOLDER'] ?? tmpdir(), 'code-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export const roleFor = (service: string, ...statements: readonly Section[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
    },
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: '*',
            },
            ...statements,
          ],
        },
      },
    ],
  },
});

/** A function whose code is the asset of that key, with the role `<logical id>Role`. */
export const functionOf = (key: string, role: string, properties: Section = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: key },
    Handler: 'index.handler',
    Runtime: 'nodejs20.x',
    Role: { 'Fn::GetAtt': [role, 'Arn'] },
    ...properties,
  },
});

export const allow = (Action: string | readonly string[], Resource: unknown = '*', rest: Section = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});
