import { RehearsalError } from '../errors';

// Policies that AWS keeps, as far as roles that act in a rehearsal may have them.
const documents: Readonly<Record<string, unknown>> = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Statement: {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    },
  },
  'service-role/AmazonRDSEnhancedMonitoringRole': {
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
        Resource: 'arn:aws:logs:*:*:log-group:RDS*',
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents'],
        Resource: 'arn:aws:logs:*:*:log-group:RDS*:log-stream:*',
      },
    ],
  },
  'service-role/AWSLambdaVPCAccessExecutionRole': {
    Statement: {
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      Resource: '*',
    },
  },
};

export function awsManaged(arn: string): unknown {
  const found = documents[arn.replace(/^arn:[^:]+:iam::aws:policy\//, '')];
  if (found !== undefined) return found;
  throw new RehearsalError(`The rehearsal does not know what the managed policy ${arn} allows.`);
}
