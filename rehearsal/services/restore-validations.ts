import type { Account } from '../account';
import { members, type Service } from '../cloud/call';
import { AwsError, UnknownToRehearsal } from '../cloud/errors';
import { json11, type Wire } from '../cloud/protocols';

export interface RestoreValidation {
  readonly job: string;
  readonly status: string;
  readonly message: string | undefined;
}

const statuses = ['FAILED', 'SUCCESSFUL', 'TIMED_OUT', 'VALIDATING'];

/** AWS Backup, as far as somebody tells it what came of a restore test. It takes no backups and restores none here. */
export class RestoreValidations {
  readonly given: RestoreValidation[] = [];
  readonly #jobs = new Set<string>();

  constructor(readonly account: Account) {}

  /** A job of a restore testing plan that has restored, and waits for what somebody says of it. */
  restored(): string {
    const job = this.account.random(36).toUpperCase();
    this.#jobs.add(job);
    return job;
  }

  readonly service: Service = {
    name: 'backup',
    protocol: 'rest-json',
    operations: {
      PutRestoreValidationResult: async (input, call) => {
        const known = ['RestoreJobId', 'ValidationStatus', 'ValidationStatusMessage'] as const;
        const { RestoreJobId, ValidationStatus, ValidationStatusMessage } = members(input, known);
        call.authorize('backup:PutRestoreValidationResult', '*');
        const [job, status] = [String(RestoreJobId), String(ValidationStatus)];
        if (!this.#jobs.has(job)) throw new AwsError('ResourceNotFoundException', `Cannot find restore job: ${job}`);
        if (!statuses.includes(status)) {
          throw new AwsError('InvalidParameterValueException', `Invalid validation status: ${status}`);
        }
        const message = ValidationStatusMessage === undefined ? undefined : String(ValidationStatusMessage);
        this.given.push({ job, status, message });
        return {};
      },
    },
  };
}

/** Its REST: the job stands in the path, and the answer is empty. */
export const backupWire: Wire = {
  read: ({ method, url, body }) => {
    const [, job] = /^\/restore-jobs\/([^/]+)\/validations$/.exec(url.pathname) ?? [];
    if (method !== 'PUT' || job === undefined) throw new UnknownToRehearsal(`${method} ${url.pathname} of AWS Backup`);
    const input = body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, unknown>);
    return { operation: 'PutRestoreValidationResult', input: { ...input, RestoreJobId: decodeURIComponent(job) } };
  },
  write: () => ({ status: 204 }),
  fail: json11.fail,
};
