import type { Account } from '../../../rehearsal/account';
import { deployStack } from '../../../rehearsal/deploy/stack';
import { ServicePrincipals } from '../../../rehearsal/iam/services';
import { Usage } from '../../../rehearsal/iam/usage';
import { Deploys, stackOf } from '../support/stacks';

type Section = Readonly<Record<string, unknown>>;

const region = 'eu-west-1';
const id = '123456789012';
const service = 'events.amazonaws.com';
const rule = `arn:aws:events:${region}:${id}:rule/daily`;
const functionArn = `arn:aws:lambda:${region}:${id}:function:work`;

async function servicesOf(resources: Section) {
  const { account, context } = new Deploys();
  expect((await deployStack(stackOf('S', resources), context)).outcome).toBe('created');
  const usage = new Usage();
  return { account, usage, services: new ServicePrincipals(account, usage) };
}
const statement = (Effect: string, Action: string, Condition?: Section) => ({
  ...{ Effect, Action },
  Principal: { Service: service },
  ...(Condition && { Condition }),
});
const ofAccount = (account: string) => ({ StringEquals: { 'aws:SourceAccount': account } });
const ofSource = (arn: string) => ({ ArnLike: { 'aws:SourceArn': arn } });

describe('a role', () => {
  const asked = async (source: string | undefined, ...Statement: Section[]) => {
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement } } };
    const { account, services } = await servicesOf({ Role: role });
    const arn = String(account.stacks.get('S')?.resources.get('Role')?.attributes['Arn']);
    return services.whyNotAssumed(arn, service, source);
  };
  const trusted = (condition?: Section) => statement('Allow', 'sts:AssumeRole', condition);

  test('is assumed where the conditions of its trust hold', async () => {
    expect(await asked(rule, trusted())).toBeUndefined();
    expect(await asked(rule, trusted(ofAccount(id)))).toBeUndefined();
    expect(await asked(rule, trusted(ofSource(`arn:aws:events:*:${id}:rule/*`)))).toBeUndefined();
  });

  test('and not where they do not, which is told', async () => {
    const unmet = `S/Role has no statement that lets ${service} assume it; the conditions of S/Role, statement 1 do not hold.`;
    expect(await asked(rule, trusted(ofAccount('210987654321')))).toBe(unmet);
    expect(await asked(rule, trusted(ofSource(`${rule}-other`)))).toBe(unmet);
    expect(await asked(undefined, trusted(ofSource(rule)))).toBe(unmet);
  });

  test('a deny wins, where its conditions hold', async () => {
    const deny = (condition?: Section) => statement('Deny', 'sts:*', condition);
    expect(await asked(rule, trusted(), deny())).toBe(
      `S/Role does not let ${service} assume it: S/Role, statement 2 denies it.`,
    );
    const others = { StringNotEquals: { 'aws:SourceAccount': id } };
    expect(await asked(rule, trusted(), deny(others))).toBeUndefined();
  });

  test('a condition that is not known is refused', async () => {
    const external = { StringEquals: { 'sts:ExternalId': 'x' } };
    await expect(asked(rule, trusted(external))).rejects.toThrow(
      'S/Role, statement 1: the rehearsal does not know the condition key sts:ExternalId of sts:AssumeRole.',
    );
  });
});

describe('a policy of a resource', () => {
  const topic = `arn:aws:sns:${region}:${id}:news`;
  const asked = async (context: Section, ...Statement: Section[]) => {
    const { services } = await servicesOf({ None: { Type: 'AWS::CDK::Metadata' } });
    const served = { service, action: 'sns:Publish', resource: topic, source: rule, context: context as never };
    return services.whyNotServed(undefined, { Statement }, served);
  };
  const may = (condition?: Section) => statement('Allow', 'sns:Publish', condition);

  test('serves by its conditions', async () => {
    expect(await asked({}, may(ofAccount(id)))).toBeUndefined();
    expect(await asked({}, may(ofAccount('210987654321')))).toBe(
      `The policy of ${topic} has no statement that lets ${service} use sns:Publish; the conditions of ${topic}, statement 1 do not hold.`,
    );
  });

  test('a deny with conditions counts where they hold', async () => {
    const deny = (condition: Section) => ({ ...statement('Deny', 'sns:*', condition), Principal: '*' });
    expect(await asked({}, may(), deny({ Bool: { 'aws:SecureTransport': 'false' } }))).toBeUndefined();
    expect(await asked({}, may(), deny({ ArnNotLike: { 'aws:SourceArn': `${rule}-other` } }))).toBe(
      `The policy of ${topic} does not let ${service} use sns:Publish: ${topic}, statement 2 denies it.`,
    );
  });
});

test('a key is used in the context that its policy asks for', async () => {
  const group = `arn:aws:logs:${region}:${id}:log-group:`;
  const Statement = statement('Allow', 'kms:*', {
    ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `${group}/own/*` },
  });
  const { account, usage } = await servicesOf({ None: { Type: 'AWS::CDK::Metadata' } });
  const services = new ServicePrincipals(withKey(account, { Statement }), usage);
  const asked = (name: string) => {
    const context = { 'kms:EncryptionContext:aws:logs:arn': `${group}${name}` };
    return services.whyKeyNotServed('key', ['kms:Encrypt'], { service, context });
  };
  expect(asked('/own/a')).toBeUndefined();
  expect(asked('/other/a')).toContain('S/Key, statement 1 do not hold');
});

function withKey(account: Account, KeyPolicy: Section): Account {
  const key = { stack: 'S', logicalId: 'Key', type: 'AWS::KMS::Key', id: 'key', properties: { KeyPolicy } };
  account.stacks.get('S')?.resources.set('Key', { ...key, attributes: { Arn: `arn:aws:kms:${region}:${id}:key/key` } });
  return account;
}

describe('a permission to invoke', () => {
  const asked = async (properties: Section) => {
    const permission = {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: service,
      ...properties,
    };
    const { services, usage } = await servicesOf({ May: { Type: 'AWS::Lambda::Permission', Properties: permission } });
    const missing = services.whyNotInvoked(functionArn, service, rule);
    expect(usage.of('S/May')).toEqual(missing === undefined ? ['lambda:InvokeFunction'] : []);
    return missing;
  };
  const missing = `No AWS::Lambda::Permission lets ${service} invoke work for ${rule}`;

  test('holds for its action, its source and its account', async () => {
    expect(await asked({})).toBeUndefined();
    expect(await asked({ Action: 'lambda:*' })).toBeUndefined();
    expect(await asked({ SourceArn: `arn:aws:events:${region}:${id}:rule/*`, SourceAccount: id })).toBeUndefined();
    expect(await asked({ Principal: 's3.amazonaws.com' })).toBe(`${missing}.`);
    expect(await asked({ Action: 'lambda:GetFunction' })).toBe(`${missing}; S/May allows lambda:GetFunction alone.`);
    expect(await asked({ SourceArn: `${rule}-other` })).toBe(`${missing}; S/May does so for ${rule}-other alone.`);
    expect(await asked({ SourceAccount: '210987654321' })).toBe(
      `${missing}; S/May allows lambda:InvokeFunction for the account 210987654321 alone.`,
    );
  });

  test('of an organisation is refused: nothing here knows one', async () => {
    await expect(asked({ PrincipalOrgID: 'o-1' })).rejects.toThrow('condition key aws:PrincipalOrgID');
  });
});
