import {
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  EncryptCommand,
  GenerateDataKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  NotFoundException,
} from '@aws-sdk/client-kms';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { AuthorizationErrorException, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  LabelParameterVersionCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { allow, functionOf, roleFor, useCloud } from '../support/cloud';

const test_ = useCloud();
const code = {
  code: {
    'index.js': `exports.handler = async (event) => {
      if (event.fails) throw new TypeError('it was asked to');
      return { got: event };
    };`,
  },
};
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const root = {
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  Principal: { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } },
};

beforeAll(async () => {
  const result = await test_.deploy(
    'S',
    {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [root] } } },
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/own', TargetKeyId: { Ref: 'Key' } } },
      Other: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [root] } } },
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          Name: 'db/admin',
          KmsKeyId: arnOf('Key'),
          GenerateSecretString: {
            SecretStringTemplate: '{"username":"admin"}',
            GenerateStringKey: 'password',
            ExcludePunctuation: true,
          },
        },
      },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
      Role: roleFor('lambda.amazonaws.com'),
      Function: functionOf('code', 'Role', { FunctionName: 'echo' }),
      MachineRole: roleFor('states.amazonaws.com', allow('lambda:InvokeFunction', arnOf('Function'))),
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'waits',
          RoleArn: arnOf('MachineRole'),
          DefinitionString: JSON.stringify({
            StartAt: 'Wait',
            States: {
              Wait: { Type: 'Wait', Seconds: 3600, Next: 'Call' },
              Call: { Type: 'Task', Resource: `\${Echo}`, End: true },
            },
          }),
          DefinitionSubstitutions: { Echo: arnOf('Function') },
        },
      },
    },
    code,
  );
  expect(result).toEqual({ stack: 'S', outcome: 'created' });
});

const clients: { destroy(): void }[] = [];
const kept = <T extends { destroy(): void }>(client: T): T => {
  clients.push(client);
  return client;
};
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});
const ssm = (settings = test_.client) => kept(new SSMClient(settings));
const kms = (settings = test_.client) => kept(new KMSClient(settings));
const secrets = () => kept(new SecretsManagerClient(test_.client));
const lambda = (settings = test_.client) => kept(new LambdaClient(settings));
const sfn = () => kept(new SFNClient(test_.client));
const sns = (settings = test_.client) => kept(new SNSClient(settings));
const refusal = async (promise: Promise<unknown>): Promise<Error> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) return error;
  throw new Error('The call was expected to be refused.');
};

describe('signatures', () => {
  const name = { Name: '/x' };

  test('a key that nobody has is refused', async () => {
    const settings = { ...test_.client, credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } };
    expect((await refusal(ssm(settings).send(new GetParameterCommand(name)))).name).toBe('UnrecognizedClientException');
    expect((await refusal(sns(settings).send(new ListTopicsCommand({})))).name).toBe('InvalidClientTokenId');
  });

  test('the right key with another secret is refused, in the words of each protocol', async () => {
    const { accessKeyId } = test_.client.credentials;
    const settings = { ...test_.client, credentials: { accessKeyId, secretAccessKey: 'guessed' } };
    const error = await refusal(ssm(settings).send(new GetParameterCommand(name)));
    expect(error.name).toBe('InvalidSignatureException');
    expect(error.message).toMatch(/^The request signature we calculated does not match the signature you provided/);
    expect((await refusal(lambda(settings).send(new ListFunctionsCommand({})))).name).toBe('InvalidSignatureException');
    expect((await refusal(sns(settings).send(new ListTopicsCommand({})))).name).toBe('SignatureDoesNotMatch');
  });

  test("a function's key without its session is refused", async () => {
    const { accessKeyId, secretAccessKey } = test_.clientOf('echo').credentials;
    const settings = { ...test_.client, credentials: { accessKeyId, secretAccessKey } };
    expect((await refusal(ssm(settings).send(new GetParameterCommand(name)))).name).toBe('UnrecognizedClientException');
  });

  test('a call that is signed for another region is refused with both regions', async () => {
    const { message } = await refusal(
      ssm({ ...test_.client, region: 'us-west-2' }).send(new GetParameterCommand(name)),
    );
    expect(message).toContain('ssm is in eu-west-1 here, and the call is signed for us-west-2');
  });

  test('a body that was changed on its way is refused', async () => {
    const client = ssm();
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: Uint8Array };
        request.body = Buffer.from(new TextDecoder().decode(request.body).replace('/x', '/y'));
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    expect((await refusal(client.send(new GetParameterCommand(name)))).name).toBe('InvalidSignatureException');
  });

  test('a call without any signature is refused', async () => {
    expect((await fetch(test_.cloud.url, { method: 'POST', body: '{}' })).status).toBe(403);
  });

  test('each function has a secret of its own, which is looked for in every log', () => {
    const { secretAccessKey } = test_.clientOf('echo').credentials;
    const { secretWatch } = test_.cloud;
    secretWatch.look(`key: ${secretAccessKey}`, 'a test');
    expect(secretWatch.leaks.splice(0)).toEqual([{ secret: 'access key of echo', where: 'a test' }]);
  });
});

describe('what is not known', () => {
  test('an operation is refused by name', async () => {
    const error = await refusal(ssm().send(new LabelParameterVersionCommand({ Name: '/x', Labels: ['a'] })));
    expect(error.message).toBe('The rehearsal does not know the operation LabelParameterVersion of ssm.');
  });

  test('a member is refused by name', async () => {
    const error = await refusal(
      ssm().send(new PutParameterCommand({ Name: '/x', Value: 'y', Type: 'String', Policies: '[]' })),
    );
    expect(error.message).toBe('The rehearsal does not know the member Policies.');
  });

  test('both are counted, so the rehearsal can fail', () => {
    expect(test_.cloud.calls.filter(({ error }) => error === 'NotKnownToTheRehearsal')).toHaveLength(2);
  });
});

describe('ssm', () => {
  test('a SecureString is encrypted by its key, and comes back only when that is asked for', async () => {
    const put = { Name: '/app/url', Value: 'postgres://x', Type: 'SecureString', KeyId: 'alias/own' } as const;
    expect((await ssm().send(new PutParameterCommand(put))).Version).toBe(1);
    expect((await ssm().send(new PutParameterCommand({ ...put, Overwrite: true }))).Version).toBe(2);
    const { Parameter } = await ssm().send(new GetParameterCommand({ Name: '/app/url', WithDecryption: true }));
    expect(Parameter).toMatchObject({ Value: 'postgres://x', Type: 'SecureString', Version: 2 });
    expect(Parameter?.LastModifiedDate).toBeInstanceOf(Date);
    const sealed = await ssm().send(new GetParameterCommand({ Name: '/app/url' }));
    expect(sealed.Parameter?.Value).not.toContain('postgres');
    const { Parameters } = await ssm().send(new GetParametersByPathCommand({ Path: '/app', WithDecryption: true }));
    expect(Parameters?.map(({ Value }) => Value)).toEqual(['postgres://x']);
    expect((await ssm().send(new DescribeParametersCommand({}))).Parameters?.map(({ Name }) => Name)).toEqual([
      '/app/url',
    ]);
  });

  test('errors come as their classes', async () => {
    await expect(ssm().send(new GetParameterCommand({ Name: '/none' }))).rejects.toBeInstanceOf(ParameterNotFound);
    await expect(ssm().send(new DeleteParameterCommand({ Name: '/none' }))).rejects.toBeInstanceOf(ParameterNotFound);
    const again = ssm().send(new PutParameterCommand({ Name: '/app/url', Value: 'x', Type: 'String' }));
    await expect(again).rejects.toBeInstanceOf(ParameterAlreadyExists);
    expect(
      (await refusal(ssm().send(new PutParameterCommand({ Name: '/big', Value: 'x'.repeat(4097), Type: 'String' }))))
        .name,
    ).toBe('ValidationException');
  });

  test('whoever has no statement for it is refused with the sentence of AWS', async () => {
    const error = await refusal(ssm(test_.clientOf('echo')).send(new GetParameterCommand({ Name: '/app/url' })));
    expect(error.name).toBe('AccessDeniedException');
    const role = test_.id('S', 'Role');
    expect(error.message).toBe(
      `User: arn:aws:sts::123456789012:assumed-role/${role}/echo is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/app/url because no identity-based policy allows the ssm:GetParameter action`,
    );
    expect(test_.cloud.authorizer.judgements.at(-1)?.reason).toBe(
      'S/Role has no statement that allows ssm:GetParameter on arn:aws:ssm:eu-west-1:123456789012:parameter/app/url.',
    );
  });
});

describe('kms', () => {
  const encrypt = async (EncryptionContext?: Record<string, string>) => {
    const { CiphertextBlob } = await kms().send(
      new EncryptCommand({
        KeyId: 'alias/own',
        Plaintext: Buffer.from('plain'),
        ...(EncryptionContext && { EncryptionContext }),
      }),
    );
    return CiphertextBlob as Uint8Array;
  };

  test('what was encrypted comes back with the same context, and with no other', async () => {
    const CiphertextBlob = await encrypt({ a: '1', b: '2' });
    const { Plaintext } = await kms().send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { b: '2', a: '1' } }),
    );
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('plain');
    await expect(
      kms().send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: '2' } })),
    ).rejects.toBeInstanceOf(InvalidCiphertextException);
    await expect(kms().send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(InvalidCiphertextException);
  });

  test('another key does not open it', async () => {
    const CiphertextBlob = await encrypt();
    const other = kms().send(new DecryptCommand({ CiphertextBlob, KeyId: test_.id('S', 'Other') }));
    await expect(other).rejects.toBeInstanceOf(IncorrectKeyException);
    const bent = Uint8Array.from(CiphertextBlob);
    bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
    await expect(kms().send(new DecryptCommand({ CiphertextBlob: bent }))).rejects.toBeInstanceOf(
      InvalidCiphertextException,
    );
  });

  test('a key that is disabled refuses, and one that is not there is not found', async () => {
    const CiphertextBlob = await encrypt();
    const id = test_.id('S', 'Key');
    test_.cloud.keys.enable(id, false);
    await expect(kms().send(new DecryptCommand({ CiphertextBlob }))).rejects.toBeInstanceOf(DisabledException);
    await expect(encrypt()).rejects.toBeInstanceOf(DisabledException);
    const { KeyMetadata } = await kms().send(new DescribeKeyCommand({ KeyId: id }));
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: 'Disabled', Arn: test_.arn('S', 'Key') });
    test_.cloud.keys.enable(id, true);
    await expect(kms().send(new DescribeKeyCommand({ KeyId: 'alias/none' }))).rejects.toBeInstanceOf(NotFoundException);
  });

  test('a data key comes plain and sealed', async () => {
    const made = await kms().send(new GenerateDataKeyCommand({ KeyId: 'alias/own', KeySpec: 'AES_256' }));
    const { Plaintext } = await kms().send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob }));
    expect(Plaintext).toEqual(made.Plaintext);
    expect(Plaintext).toHaveLength(32);
  });
});

describe('secretsmanager', () => {
  test('a secret is generated by its rules, and its versions move through their stages', async () => {
    const { SecretString = '', VersionId } = await secrets().send(new GetSecretValueCommand({ SecretId: 'db/admin' }));
    const { username, password } = JSON.parse(SecretString) as Record<string, string>;
    expect(username).toBe('admin');
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
    const put = await secrets().send(
      new PutSecretValueCommand({
        SecretId: 'db/admin',
        SecretString: '{"password":"another one"}',
        VersionStages: ['AWSPENDING'],
      }),
    );
    const move = { SecretId: 'db/admin', VersionStage: 'AWSCURRENT', MoveToVersionId: put.VersionId };
    const careless = await refusal(secrets().send(new UpdateSecretVersionStageCommand(move)));
    expect(careless.name).toBe('InvalidParameterException');
    await secrets().send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: VersionId }));
    const { VersionIdsToStages } = await secrets().send(new DescribeSecretCommand({ SecretId: 'db/admin' }));
    expect(VersionIdsToStages).toEqual({
      [String(VersionId)]: ['AWSPREVIOUS'],
      [String(put.VersionId)]: ['AWSPENDING', 'AWSCURRENT'],
    });
    const found = await secrets().send(new GetSecretValueCommand({ SecretId: 'db/admin' }));
    expect(found.SecretString).toBe('{"password":"another one"}');
    expect((await secrets().send(new ListSecretsCommand({}))).SecretList?.map(({ Name }) => Name)).toEqual([
      'db/admin',
    ]);
  });

  test('a secret that is not there is not found, by its class', async () => {
    const error = await refusal(secrets().send(new GetSecretValueCommand({ SecretId: 'none' })));
    expect(error.name).toBe('ResourceNotFoundException');
    const stage = await refusal(
      secrets().send(new GetSecretValueCommand({ SecretId: 'db/admin', VersionStage: 'NONE' })),
    );
    expect(stage.message).toContain('staging label: NONE');
  });

  test('random passwords follow their rules', async () => {
    const rules = { PasswordLength: 20, ExcludePunctuation: true, ExcludeUppercase: true };
    const { RandomPassword } = await secrets().send(new GetRandomPasswordCommand(rules));
    expect(RandomPassword).toMatch(/^[a-z0-9]{20}$/);
  });
});

describe('lambda', () => {
  const invoke = (event: unknown, more = {}) =>
    lambda().send(new InvokeCommand({ FunctionName: 'echo', Payload: JSON.stringify(event), ...more }));

  test('an invocation gives back what the function answers', async () => {
    const { StatusCode, FunctionError, Payload } = await invoke({ a: 'ü' });
    expect([StatusCode, FunctionError, Payload?.transformToString()]).toEqual([200, undefined, '{"got":{"a":"ü"}}']);
    expect((await invoke({}, { InvocationType: 'Event' })).StatusCode).toBe(202);
    expect((await invoke({}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  });

  test('an error of the function is told as one, with its type', async () => {
    const { StatusCode, FunctionError, Payload } = await invoke({ fails: true });
    expect([StatusCode, FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'it was asked to',
    });
  });

  test('a function that is not there is not found, by its class', async () => {
    const none = lambda().send(new GetFunctionCommand({ FunctionName: 'none' }));
    await expect(none).rejects.toBeInstanceOf(ResourceNotFoundException);
    const { Configuration } = await lambda().send(new GetFunctionCommand({ FunctionName: test_.arn('S', 'Function') }));
    expect(Configuration).toMatchObject({ FunctionName: 'echo', Handler: 'index.handler', State: 'Active' });
    expect(
      (await lambda().send(new ListFunctionsCommand({}))).Functions?.map(({ FunctionName }) => FunctionName),
    ).toEqual(['echo']);
  });
});

describe('states', () => {
  const machine = () => test_.arn('S', 'Machine');

  test('an execution of an hour runs in no time, and its history can be read', async () => {
    const { executionArn } = await sfn().send(
      new StartExecutionCommand({ stateMachineArn: machine(), input: '{"n":1}', name: 'one' }),
    );
    await test_.cloud.executions.find(String(executionArn)).ended;
    const described = await sfn().send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', name: 'one', output: '{"got":{"n":1}}' });
    const seconds = (Number(described.stopDate) - Number(described.startDate)) / 1000;
    expect(seconds).toBeGreaterThan(3599);
    const { events = [] } = await sfn().send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events[0]?.type).toBe('ExecutionStarted');
    expect(events.at(-1)?.type).toBe('ExecutionSucceeded');
    expect(events[0]?.timestamp).toBeInstanceOf(Date);
    const list = await sfn().send(new ListExecutionsCommand({ stateMachineArn: machine() }));
    expect(list.executions?.map(({ name, status }) => [name, status])).toEqual([['one', 'SUCCEEDED']]);
  });

  test('an execution can be stopped', async () => {
    const { cloud, clock } = test_;
    await clock.work(async () => {
      const { executionArn } = await sfn().send(new StartExecutionCommand({ stateMachineArn: machine() }));
      await sfn().send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'said so' }));
      expect(cloud.executions.find(String(executionArn))).toMatchObject({
        status: 'ABORTED',
        error: 'Enough',
        cause: 'said so',
      });
    });
  });

  test('machines are told as they were defined, and errors come as their classes', async () => {
    const { definition, roleArn } = await sfn().send(new DescribeStateMachineCommand({ stateMachineArn: machine() }));
    expect(JSON.parse(String(definition)).States.Call.Resource).toBe(test_.arn('S', 'Function'));
    expect(roleArn).toBe(test_.arn('S', 'MachineRole'));
    expect((await sfn().send(new ListStateMachinesCommand({}))).stateMachines?.map(({ name }) => name)).toEqual([
      'waits',
    ]);
    const none = sfn().send(new DescribeExecutionCommand({ executionArn: `${machine()}:none` }));
    await expect(none).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  });
});

describe('sns', () => {
  test('a message is kept', async () => {
    const TopicArn = test_.id('S', 'Topic');
    const { MessageId } = await sns().send(new PublishCommand({ TopicArn, Message: 'down <&> out', Subject: 'alarm' }));
    expect(MessageId).toBeTruthy();
    expect(test_.cloud.topics.messages.at(-1)).toEqual({ topic: TopicArn, subject: 'alarm', text: 'down <&> out' });
    expect((await sns().send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
  });

  test('a refusal comes as its class', async () => {
    const publish = new PublishCommand({ TopicArn: test_.id('S', 'Topic'), Message: 'x' });
    await expect(sns(test_.clientOf('echo')).send(publish)).rejects.toBeInstanceOf(AuthorizationErrorException);
  });
});
