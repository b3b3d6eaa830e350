import type { Resource } from '../definition/resource';
import type { StateFailure } from '../errors';
import type { Json } from '../json';
import { inputOf, outputOf } from './history';
import type { Thread } from './thread';

/** The events of one call: a function that is named by its ARN has its own kind. */
export class TaskEvents {
  /** `lambda`, `states`, `aws-sdk:rds`, … */
  readonly type: string;
  private readonly named: { readonly resourceType: string; readonly resource: string };

  constructor(
    private readonly thread: Thread,
    private readonly resource: Resource,
  ) {
    this.type = resource.kind === 'sdk' ? `aws-sdk:${resource.service}` : resource.service;
    const action = resource.arn.slice(resource.arn.lastIndexOf(`:${resource.action}`) + 1);
    this.named = { resourceType: this.type, resource: action };
  }

  scheduled(given: Json, limits: { readonly timeoutSeconds?: number; readonly heartbeatSeconds?: number }): void {
    const { timeoutSeconds, heartbeatSeconds } = limits;
    const more = timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds };
    if (this.direct) {
      const { arn } = this.resource;
      this.thread.add('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: { resource: arn, ...inputOf(given), ...more },
      });
    } else {
      this.thread.add('TaskScheduled', {
        taskScheduledEventDetails: {
          ...this.named,
          region: this.thread.execution.region,
          parameters: JSON.stringify(given),
          ...more,
          ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
        },
      });
    }
  }

  started(): void {
    if (this.direct) this.thread.add('LambdaFunctionStarted');
    else this.thread.add('TaskStarted', { taskStartedEventDetails: this.named });
  }

  submitted(output: Json): void {
    this.thread.add('TaskSubmitted', { taskSubmittedEventDetails: { ...this.named, ...outputOf(output) } });
  }

  succeeded(output: Json): void {
    if (this.direct) {
      this.thread.add('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: outputOf(output) });
    } else {
      this.thread.add('TaskSucceeded', { taskSucceededEventDetails: { ...this.named, ...outputOf(output) } });
    }
  }

  failed(failure: StateFailure): void {
    const details = { error: failure.error, ...(failure.cause !== '' && { cause: failure.cause }) };
    const timedOut = failure.error === 'States.Timeout';
    if (this.direct && timedOut) {
      this.thread.add('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
    } else if (this.direct) {
      this.thread.add('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
    } else if (timedOut) {
      this.thread.add('TaskTimedOut', { taskTimedOutEventDetails: { ...this.named, ...details } });
    } else {
      this.thread.add('TaskFailed', { taskFailedEventDetails: { ...this.named, ...details } });
    }
  }

  private get direct(): boolean {
    return this.resource.kind === 'lambda';
  }
}
