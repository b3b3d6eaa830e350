import type { Json } from '../json';
import { type Place, show } from './place';

export type Pattern = 'requestResponse' | 'sync' | 'waitForTaskToken';

/** What a Task calls, and how long it waits for it. */
export interface Resource {
  readonly arn: string;
  readonly kind: 'lambda' | 'optimized' | 'sdk';
  /** `lambda`, `states`, `rds`, … */
  readonly service: string;
  /** `invoke`, `startExecution`, `describeDBInstances`, … */
  readonly action: string;
  readonly pattern: Pattern;
  /** 2 for `.sync:2`, which answers with JSON instead of a text. */
  readonly version?: number;
}

/** Which integrations there are; asked before anything runs. */
export interface Supports {
  supports(resource: Resource): boolean;
}

const functionArn = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?$/;
const integration = /^arn:[\w-]+:states:[\w-]*:\d*:(aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)((?:\.[A-Za-z]+(?::\d+)?)?)$/;

export function parseResource(
  value: Json | undefined,
  place: Place,
  express: boolean,
  known: Supports,
): Resource | undefined {
  const resource = typeof value === 'string' ? readResource(value, place) : undefined;
  if (!resource) {
    if (typeof value !== 'string')
      place.problem(`must be the ARN of a function or an integration, and is ${show(value)}.`);
    return undefined;
  }
  if (express && resource.pattern !== 'requestResponse') {
    place.problem(`an Express machine does not wait, so it cannot have .${resource.pattern}.`);
  } else if (!known.supports(resource)) {
    place.problem(`the integration ${resource.arn} is not known here.`);
  }
  return resource;
}

function readResource(arn: string, place: Place): Resource | undefined {
  if (functionArn.test(arn)) {
    return { arn, kind: 'lambda', service: 'lambda', action: 'invoke', pattern: 'requestResponse' };
  }
  const [matched, sdk, service = '', action = '', suffix = ''] = integration.exec(arn) ?? [];
  if (matched === undefined) {
    place.problem(`must be the ARN of a function or an integration, and is ${show(arn)}.`);
    return undefined;
  }
  const kind = sdk ? 'sdk' : 'optimized';
  const base = { arn, kind, service, action } as const;
  if (sdk && !/^[a-z]/.test(action))
    place.problem(`an action of aws-sdk begins with a small letter, unlike ${action}.`);
  if (suffix === '') return { ...base, pattern: 'requestResponse' };
  if (suffix === '.waitForTaskToken') return { ...base, pattern: 'waitForTaskToken' };
  if (suffix === '.sync' && !sdk) return { ...base, pattern: 'sync' };
  if (suffix === '.sync:2' && service === 'states' && !sdk) return { ...base, pattern: 'sync', version: 2 };
  place.problem(`ends in ${suffix}, which ${sdk ? `aws-sdk:${service}` : service} does not have.`);
  return undefined;
}
