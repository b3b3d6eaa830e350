import { findWidenings } from '../../../lib/plan/permissions';
import { type Accepted, changed } from '../support/golden';

type Statement = Record<string, unknown>;
const statementsOf = (after: Accepted, part: string): Statement[] =>
  (after.resource('schema', 'AWS::IAM::Policy', part).Properties['PolicyDocument'] as { Statement: Statement[] })
    .Statement;
const roles = (after: Accepted) => statementsOf(after, 'SchemaRolesHandlerRole');
const withAction = (statements: Statement[], action: string) => {
  const found = statements.find(({ Action }) => [Action].flat().includes(action));
  if (!found) throw new Error(`Nothing allows ${action}.`);
  return found;
};
const widened = (change: (after: Accepted) => void) => {
  const { before, after } = changed(change);
  const { permissions, openings } = findWidenings(before, after);
  return [...permissions, ...openings].map(({ sentence }) => sentence);
};
const role = '`Schema/Roles/Handler/Role`';

test('nothing widens where nothing changes, and where less is allowed', () => {
  expect(widened(() => undefined)).toEqual([]);
  expect(
    widened((after) => {
      withAction(roles(after), 'ssm:PutParameter')['Action'] = 'ssm:GetParameter';
    }),
  ).toEqual([]);
});

test('of a statement that grows, what it grows by', () => {
  const sentences = widened((after) => {
    withAction(roles(after), 'ssm:PutParameter')['Action'] = [
      'ssm:GetParameter',
      'ssm:PutParameter',
      'ssm:DeleteParameter',
    ];
  });
  expect(sentences).toHaveLength(2);
  for (const sentence of sentences) expect(sentence).toContain(`${role} may now \`ssm:DeleteParameter\` on \`arn:`);
});

test('what a star covered before is nothing new, and a star in the place of a name is', () => {
  const allow = (Action: string, Resource: string) => (after: Accepted) => {
    roles(after).push({ Effect: 'Allow', Action, Resource });
  };
  expect(widened(allow('rds:*', '*'))).toEqual([`${role} may now \`rds:*\` on \`*\` (every resource).`]);
  const { before, after } = changed(() => undefined);
  const grown = changed(allow('rds:*', 'arn:x:*'));
  expect(findWidenings(before, after).permissions).toEqual([]);
  const narrowed = changed(allow('rds:Describe*', 'arn:x:y'));
  expect(findWidenings(grown.after, narrowed.after).permissions).toEqual([]);
  expect(findWidenings(narrowed.after, grown.after).permissions).toHaveLength(1);
});

test('a condition that falls away, and one that stays', () => {
  const allow = (Condition?: object) =>
    changed((after) => {
      roles(after).push({
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:x',
        ...(Condition && { Condition }),
      });
    }).after;
  const condition = { StringEquals: { 'aws:RequestedRegion': 'x' } };
  expect(findWidenings(allow(condition), allow()).permissions.map(({ sentence }) => sentence)).toEqual([
    `${role} may now \`s3:GetObject\` on \`arn:x\`.`,
  ]);
  expect(findWidenings(allow(), allow(condition)).permissions).toEqual([]);
});

test('a denial that falls away, unless the role does as well', () => {
  const sentences = widened((after) => {
    const statements = roles(after);
    statements.splice(
      statements.findIndex(({ Effect }) => Effect === 'Deny'),
      1,
    );
  });
  expect(sentences).toEqual([expect.stringContaining(`${role} is no longer denied \`ec2:CreateNetworkInterface\``)]);
  const { before } = changed(() => undefined);
  expect(findWidenings(before, {}).permissions).toEqual([]);
});

test('a managed policy, and a policy of a key that lets somebody else in', () => {
  expect(
    widened((after) => {
      const Properties = after.resource('schema', 'AWS::IAM::Role', 'SchemaRolesHandler').Properties;
      Properties['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    }),
  ).toEqual([`${role} gets the managed policy \`arn:aws:iam::aws:policy/AdministratorAccess\`.`]);
  expect(
    widened((after) => {
      const policy = after.resource('database', 'AWS::KMS::Key').Properties['KeyPolicy'] as { Statement: Statement[] };
      policy.Statement.push({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal: { AWS: '*' } });
    }),
  ).toEqual(['`*` may now `kms:Decrypt` on `Database/Key`.']);
});

test('a door in the network, and whether anybody may come through', () => {
  const type = 'AWS::EC2::SecurityGroup';
  const open = (CidrIp: string) =>
    widened((after) => {
      const rule = { CidrIp, IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
      after.resource('network', type, 'NetworkDatabase').Properties['SecurityGroupIngress'] = [rule];
    });
  expect(open('10.1.0.0/16')).toEqual(['`Network/Database` lets in TCP 5432 from `10.1.0.0/16`.']);
  expect(open('0.0.0.0/0')[0]).toMatch(/, which is \*\*anybody on the internet\*\*[.]$/);
});
