/**
 * What the person who deploys can understand and put right. The message is one sentence or a short list: what is wrong,
 * the value, what is allowed, where. It goes to CloudFormation and to terminals as it stands, so it carries no secret.
 */
export class OperationError extends Error {
  override readonly name: string = 'OperationError';
}
