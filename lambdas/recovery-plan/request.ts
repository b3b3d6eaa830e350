import { OperationError } from '../shared/errors';
import { object, oneOf, optional, text } from '../shared/properties';
import type { RecoveryRequest } from './contract';
import { nameForm } from './stand';

const shape = object<RecoveryRequest>({
  action: oneOf('recover', 'resume', 'swapBack'),
  time: optional(text),
  snapshot: optional(text),
  recovery: optional(text),
  by: optional(text),
});

/** An execution can be started by hand with any input; what makes no sense is one sentence. */
export function parseRequest(value: unknown): RecoveryRequest {
  const request = shape(value, '');
  const { action, time, snapshot, recovery } = request;
  if (recovery !== undefined && !nameForm.test(recovery)) {
    throw new OperationError(`"${recovery}" is not the name of a recovery; it looks like 20261121-041205.`);
  }
  if (action === 'recover') {
    if ((time === undefined) === (snapshot === undefined)) {
      throw new OperationError('A recovery needs one of "time" and "snapshot".');
    }
    return request;
  }
  const other = time === undefined ? (snapshot === undefined ? undefined : 'snapshot') : 'time';
  if (other !== undefined) throw new OperationError(`"${action}" goes on with what is there and takes no "${other}".`);
  return request;
}
