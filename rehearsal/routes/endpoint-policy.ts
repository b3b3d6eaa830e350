import type { Account } from '../account';
import { type Asker, applies, names, type Request } from '../iam/evaluate';
import { parsePolicy } from '../iam/policy';
import type { Usage } from '../iam/usage';
import { routeToService, type Seat } from './routes';

/** The endpoint on the way of a call whose own policy refuses it; without a policy it lets everything through. */
export function refusingEndpoint(
  account: Account,
  usage: Usage,
  seat: Seat,
  service: string,
  request: Request,
  asker: Asker,
): string | undefined {
  const route = routeToService(account, seat, service);
  for (const { stack, logicalId, properties } of (route.open && route.endpoints) || []) {
    const document = properties['PolicyDocument'];
    if (document === undefined) continue;
    const where = `${stack}/${logicalId}`;
    const found = parsePolicy(document, where).filter(
      (statement) => names(statement, asker) !== 'nobody' && applies(statement, request),
    );
    const allowing = found.slice(0, 1);
    if (allowing.length === 0 || found.some(({ effect }) => effect === 'Deny')) return where;
    usage.mark(allowing, request.action);
  }
  return undefined;
}
