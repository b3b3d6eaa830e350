import { createHash } from 'node:crypto';
import type { Account } from '../account';
import { members, type Service } from '../cloud/call';

/** STS: tells callers who they are. Nobody needs a right for that. */
export function identitiesService({ id }: Account): Service {
  return {
    name: 'sts',
    protocol: 'query',
    operations: {
      GetCallerIdentity: async (input, { caller }) => {
        members(input, []);
        return { Arn: caller.arn, UserId: userId(caller.arn), Account: id };
      },
    },
  };
}

/** Twenty letters that begin with the kind; of a session, its name stands behind the role's. */
function userId(arn: string): string {
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? [];
  const digits = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase();
  return role === undefined ? `AIDA${digits(arn)}` : `AROA${digits(role)}:${session}`;
}
