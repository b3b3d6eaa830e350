import { isDeepStrictEqual } from 'node:util';
import type { ServicePrincipals } from '../iam/services';
import type { Logs } from '../logs';
import { tagsOf } from '../services/databases-api';
import type { Keys } from '../services/keys';
import type { Parameters } from '../services/parameters';
import { type GenerateRules, generateSecret, type Secrets } from '../services/secrets';
import type { Topics } from '../services/topics';
import { onlyAs } from './strict';
import { alreadyExists, ResourceFailure, type ResourceRequest, type ResourceType } from './type';

const text = (value: unknown) => (value === undefined ? undefined : String(value));

export function keyTypes(keys: Keys): Readonly<Record<string, ResourceType>> {
  const enabled = (properties: Readonly<Record<string, unknown>>) => String(properties['Enabled']) !== 'false';
  return {
    'AWS::KMS::Key': {
      replacing: ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
      known: [
        ...['Description', 'EnableKeyRotation', 'Enabled', 'KeyPolicy', 'KeySpec', 'KeyUsage', 'MultiRegion'],
        ...['Origin', 'PendingWindowInDays', 'RotationPeriodInDays', 'Tags'],
      ],
      create: async (request) => {
        onlyAs(request, 'KeySpec', 'SYMMETRIC_DEFAULT');
        onlyAs(request, 'KeyUsage', 'ENCRYPT_DECRYPT');
        onlyAs(request, 'MultiRegion', 'false');
        onlyAs(request, 'Origin', 'AWS_KMS');
        const { id, arn } = keys.create(enabled(request.properties));
        return { id, attributes: { Arn: arn, KeyId: id } };
      },
      update: async ({ id, properties, attributes }) => {
        keys.enable(id, enabled(properties));
        return { id, attributes };
      },
      remove: async ({ id }) => keys.remove(id),
    },
    'AWS::KMS::Alias': {
      named: 'AliasName',
      replacing: ['AliasName'],
      known: ['AliasName', 'TargetKeyId'],
      create: async ({ properties }) => setAlias(properties),
      update: async ({ properties }) => setAlias(properties),
      remove: async ({ id }) => keys.setAlias(id, undefined),
    },
  };
  function setAlias(properties: Readonly<Record<string, unknown>>) {
    const name = String(properties['AliasName']);
    keys.setAlias(name, String(properties['TargetKeyId']));
    return { id: name };
  }
}

export function secretTypes(
  secrets: Secrets,
  services: ServicePrincipals,
  describeTarget: (type: string, id: string) => Readonly<Record<string, unknown>>,
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::SecretsManager::Secret': {
      named: 'Name',
      replacing: ['Name'],
      known: ['Description', 'GenerateSecretString', 'KmsKeyId', 'Name', 'SecretString', 'Tags'],
      create: async ({ account, stack, logicalId, properties }) => {
        const rules = properties['GenerateSecretString'] as GenerateRules | undefined;
        const name = text(properties['Name']) ?? account.nameFor(stack, logicalId);
        const value = rules ? generateSecret(rules) : String(properties['SecretString'] ?? '');
        const { arn } = secrets.create(name, text(properties['KmsKeyId']), value, tagsOf(properties['Tags']));
        return { id: arn, attributes: { Id: arn } };
      },
      update: async ({ id, attributes, properties, previous }) => {
        const secret = secrets.find(id);
        const changed = (name: string) => !isDeepStrictEqual(properties[name], previous[name]);
        secret.tags = tagsOf(properties['Tags']);
        if (changed('KmsKeyId')) secrets.encryptBy(secret, text(properties['KmsKeyId']));
        const rules = properties['GenerateSecretString'] as GenerateRules | undefined;
        if (rules && changed('GenerateSecretString')) secrets.store(secret, generateSecret(rules));
        else if (changed('SecretString')) secrets.store(secret, String(properties['SecretString'] ?? ''));
        return { id, attributes };
      },
      remove: async ({ id }) => secrets.remove(id),
    },
    // Puts where the database is beside the password.
    'AWS::SecretsManager::SecretTargetAttachment': {
      replacing: [],
      known: ['SecretId', 'TargetId', 'TargetType'],
      create: async (request) => attach(request),
      update: async (request) => attach(request),
    },
    'AWS::SecretsManager::RotationSchedule': {
      replacing: ['SecretId'],
      known: ['RotateImmediatelyOnUpdate', 'RotationLambdaARN', 'RotationRules', 'SecretId'],
      create: async (request) => schedule(request),
      update: async (request) => schedule(request),
      remove: async ({ properties }) => {
        delete secrets.find(String(properties['SecretId'])).rotation;
      },
    },
  };
  async function attach({ properties }: ResourceRequest) {
    const secret = secrets.find(String(properties['SecretId']));
    const value = JSON.parse(secrets.current(secret.arn)) as Record<string, unknown>;
    const target = describeTarget(String(properties['TargetType']), String(properties['TargetId']));
    secrets.store(secret, JSON.stringify({ ...value, ...target }));
    return { id: secret.arn };
  }
  async function schedule({ properties }: ResourceRequest) {
    const secret = secrets.find(String(properties['SecretId']));
    const functionArn = text(properties['RotationLambdaARN']);
    const missing = functionArn && services.whyNotInvoked(functionArn, 'secretsmanager.amazonaws.com', secret.arn);
    if (missing) throw new ResourceFailure(`Secrets Manager cannot invoke the specified Lambda function. ${missing}`);
    if (functionArn === undefined)
      throw new ResourceFailure('The rehearsal knows rotation by a function of the template alone.');
    secret.rotation = { functionArn, rules: properties['RotationRules'] };
    const at = properties['RotateImmediatelyOnUpdate'];
    try {
      if (at === false || at === 'false') await secrets.tryRotation(secret.arn);
      else await secrets.rotate(secret.arn);
    } catch (error) {
      throw new ResourceFailure(`The rotation does not work: ${(error as Error).message}`, secret.arn);
    }
    return { id: secret.arn };
  }
}

export function parameterTypes(parameters: Parameters): Readonly<Record<string, ResourceType>> {
  const put = async ({ account, stack, logicalId, type, properties }: ResourceRequest, id?: string) => {
    if (!/^String(List)?$/.test(String(properties['Type']))) {
      throw new ResourceFailure(`CloudFormation makes no ${type} of the type ${properties['Type']}.`);
    }
    const name = id ?? text(properties['Name']) ?? account.nameFor(stack, logicalId);
    parameters.put(name, String(properties['Type']), String(properties['Value']));
    return { id: name, attributes: { Type: properties['Type'], Value: properties['Value'] } };
  };
  return {
    'AWS::SSM::Parameter': {
      named: 'Name',
      replacing: ['Name'],
      known: ['Description', 'Name', 'Tags', 'Type', 'Value'],
      create: (request) => {
        const name = text(request.properties['Name']);
        // Somebody else can have put it, outside of every template.
        if (name !== undefined && parameters.names().includes(name)) throw alreadyExists(request.type, name);
        return put(request);
      },
      update: (request) => put(request, request.id),
      remove: async ({ id }) => parameters.remove(id),
    },
  };
}

export function topicTypes(topics: Topics): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::SNS::Topic': {
      named: 'TopicName',
      replacing: ['TopicName'],
      // Subscriptions are looked for as resources of their own.
      known: ['DisplayName', 'KmsMasterKeyId', 'Tags', 'TopicName'],
      create: async ({ account, stack, logicalId, properties }) => {
        const name = text(properties['TopicName']) ?? account.nameFor(stack, logicalId, { longest: 256 });
        const arn = topics.create(name, text(properties['KmsMasterKeyId']));
        return { id: arn, attributes: { TopicArn: arn, TopicName: name } };
      },
      update: async ({ id, attributes, properties }) => {
        topics.encryptBy(id, text(properties['KmsMasterKeyId']));
        return { id, attributes };
      },
      remove: async ({ id }) => topics.remove(id),
    },
  };
}

// What CloudWatch Logs does with the key of a group.
const logKeyActions = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo'];

export function logTypes(logs: Logs, services: ServicePrincipals): Readonly<Record<string, ResourceType>> {
  const refuseUnusableKey = ({ account, properties }: ResourceRequest, name: string) => {
    const key = text(properties['KmsKeyId']);
    const context = { 'kms:EncryptionContext:aws:logs:arn': account.arn('logs', `log-group:${name}`) };
    const service = `logs.${account.region}.amazonaws.com`;
    const missing = key && services.whyKeyNotServed(key, logKeyActions, { service, context });
    if (!missing) return;
    throw new ResourceFailure(
      `The specified KMS key does not exist or is not allowed to be used with Arn '${account.arn('logs', `log-group:${name}`)}'. ${missing}`,
    );
  };
  return {
    'AWS::Logs::LogGroup': {
      named: 'LogGroupName',
      replacing: ['LogGroupName'],
      known: ['KmsKeyId', 'LogGroupName', 'RetentionInDays', 'Tags'],
      create: async (request) => {
        const { account, stack, logicalId, properties } = request;
        const name = text(properties['LogGroupName']) ?? account.nameFor(stack, logicalId, { longest: 512 });
        refuseUnusableKey(request, name);
        // A function can have made it, where it was to write before.
        if (logs.has(name)) throw alreadyExists(request.type, name);
        logs.create(name);
        return { id: name, attributes: { Arn: account.arn('logs', `log-group:${name}:*`) } };
      },
      update: async (request) => {
        refuseUnusableKey(request, request.id);
        return { id: request.id, attributes: request.attributes };
      },
      remove: async ({ id }) => logs.remove(id),
    },
  };
}
