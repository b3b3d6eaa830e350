import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { PostgresPlace } from '../../postgres/place';
import { Recording } from '../../rehearsal/recording';
import { functionOf, roleFor, useCloud } from './support/cloud';

const test_ = useCloud();
const secret = 'hush-hush-secret';
const place = { description: 'no database' } as PostgresPlace;
const code = { code: { 'index.js': 'exports.handler = async () => {};' } };
const reference = '{{resolve:secretsmanager:shop/key:SecretString:apiKey}}';

beforeAll(async () => {
  // Not by a template, where its value would stand in the open.
  test_.cloud.secrets.create('shop/key', undefined, JSON.stringify({ username: 'shop-user', apiKey: secret }));
  await test_.deploy('Base', {
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'evidence',
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'Key' } } },
          ],
        },
      },
    },
  });
});
// The places, not the secrets, are what each test is about.
beforeEach(() => void test_.cloud.secretWatch.leaks.splice(0));

/** What is told at the end, and what the report shows. */
function told(recording = new Recording('planted', test_.account, place)) {
  recording.before(test_.cloud);
  const report = recording.report(test_.cloud);
  expect(JSON.stringify(report)).not.toContain(secret);
  return { passed: report.passed, failures: report.failures };
}
const failing = (...places: string[]) => ({
  passed: false,
  failures: places.map((where) => `The secret shop/key stands in ${where}.`),
});

test('a secret that stands nowhere else is told nowhere', () => {
  expect(told()).toEqual({ passed: true, failures: [] });
});

test('in the environment of a function, where a reference has put it', async () => {
  const Environment = { Variables: { KEY: reference } };
  const resources = { Role: roleFor('lambda.amazonaws.com'), Shop: functionOf('code', 'Role', { Environment }) };
  expect(await test_.deploy('S', resources, code)).toMatchObject({ outcome: 'created' });
  expect(told()).toEqual(failing('the properties of Shop'));
});

test('in a plain parameter of a template, and in an output', async () => {
  const parameter = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/own', Type: 'String', Value: reference } };
  await test_.deploy('P', { Parameter: parameter }, {}, { Outputs: { Key: { Value: `key ${secret}` } } });
  expect(told()).toEqual(failing('the properties of Parameter', 'the output Key of P', 'the parameter /own'));
  await test_.deploy('P', { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } });
});

test('in a parameter that a call has put there, unless it is encrypted', async () => {
  const ssm = new SSMClient(test_.client);
  const put = (Name: string, Type: 'String' | 'SecureString') =>
    ssm.send(new PutParameterCommand({ Name, Type, Value: `${Type} with ${secret}` }));
  await Promise.all([put('/open', 'String'), put('/closed', 'SecureString')]);
  ssm.destroy();
  expect(told().failures).toEqual(failing('the parameter /open').failures);
  test_.cloud.parameters.remove('/open');
});

test('in a message', async () => {
  const sns = new SNSClient(test_.client);
  await sns.send(new PublishCommand({ TopicArn: test_.id('Base', 'Topic'), Subject: 'x', Message: `it is ${secret}` }));
  sns.destroy();
  expect(told()).toEqual(failing('a message to alerts'));
  test_.cloud.topics.messages.length = 0;
});

test.each([
  ['text', `{"key":"${secret}"}`],
  ['base64', Buffer.from(`{"key":"${secret}"}`).toString('base64')],
])('in an object, as %s', async (Key, Body) => {
  const s3 = new S3Client({ ...test_.client, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key, Body }));
  s3.destroy();
  expect(told()).toEqual(failing(`the object evidence/${Key}`));
  test_.cloud.buckets.delete(test_.cloud.buckets.find('evidence'), Key, undefined, true);
});

test('in the report alone, which then says so and does not show it', () => {
  const recording = new Recording('planted', test_.account, place);
  recording.note(`Somebody noted ${secret}.`);
  expect(told(recording)).toEqual(failing('the report'));
});
