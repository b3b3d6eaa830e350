import type { TaskState } from '../machine';
import type { Fields } from './fields';
import { parseHandlers } from './handlers';
import { defined, parseIo } from './io';
import { next } from './next';
import { parseResource } from './resource';
import { seconds, setting } from './settings';
import type { Body, Surroundings } from './surroundings';

export function parseTask(fields: Fields, around: Surroundings): Body<TaskState> {
  fields.required('Resource');
  const resource = fields.get('Resource');
  const parsed =
    resource === undefined ? undefined : parseResource(resource, fields.at('Resource'), around.express, around.known);
  const [timeout, heartbeat] = [fields.object['TimeoutSeconds'], fields.object['HeartbeatSeconds']];
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    fields.at('HeartbeatSeconds').problem(`must be less than TimeoutSeconds, which is ${timeout}.`);
  }
  fields.refuse(
    'Credentials',
    'names another role for this call, and every call is made here with the role of the machine.',
  );
  return {
    type: 'Task',
    resource: parsed ?? { arn: '', kind: 'lambda', service: '', action: '', pattern: 'requestResponse' },
    ...defined('timeoutSeconds', setting(fields, 'TimeoutSeconds', seconds(1))),
    ...defined('heartbeatSeconds', setting(fields, 'HeartbeatSeconds', seconds(1))),
    io: parseIo(fields, ['arguments', 'result', 'output', 'assign']),
    ...parseHandlers(fields),
    ...next(fields),
  };
}
