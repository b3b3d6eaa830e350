import type { Report, ReportedResource } from './report';

type Named = Pick<Report, 'name' | 'resources'>;

/** The names by which people know things, instead of those that CloudFormation and IAM make up. */
export class Names {
  readonly #byPlace = new Map<string, ReportedResource>();
  readonly #byId = new Map<string, ReportedResource>();
  readonly #flat: readonly string[];

  constructor(private readonly report: Named) {
    for (const resource of report.resources) {
      this.#byPlace.set(`${resource.stack}/${resource.logicalId}`, resource);
      this.#byId.set(resource.id, resource);
    }
    const stacks = new Set(report.resources.map(({ stack }) => stack.replace(/[^A-Za-z0-9]/g, '')));
    this.#flat = [...stacks].sort((a, b) => b.length - a.length);
  }

  /** `dev-network` less what all stacks begin with. */
  stack(name: string): string {
    const { name: prefix } = this.report;
    return name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : name;
  }

  /** By a place in the templates, with what may stand behind it: `stack/LogicalId, statement 1`. */
  place(where: string): string {
    const [, place = where, rest = ''] = /^([^/]+\/[A-Za-z0-9]+)(.*)$/.exec(where) ?? [];
    return `${this.resource(place)}${rest}`;
  }

  /** The path among the constructs, where the CDK wrote it down. */
  of({ path, logicalId }: ReportedResource): string {
    if (path === undefined) return logicalId.replace(/(?<=.)[0-9A-F]{8}$/, '');
    // `from devnetworkNetworkFunctionsD98EAFF0:5432`: the CDK names the other side of a rule by all of its path.
    return path.replace(/(?<=from |to )(\w+)(?=:)/, (id: string) => {
      const stack = this.#flat.find((each) => id.startsWith(each)) ?? '';
      return id.slice(stack.length).replace(/[0-9A-F]{8}$/, '');
    });
  }

  resource(place: string): string {
    const found = this.#byPlace.get(place);
    return found ? this.of(found) : place;
  }

  /** By the name that it has in the account: a function, a machine, a role. */
  thing(id: string): string {
    const found = this.#byId.get(id);
    return found ? this.of(found) : id;
  }

  /** `arn:aws:sts::…:assumed-role/ROLE/SESSION`: the function that called, or the role. */
  caller(arn: string): string {
    const [, role = arn, session = ''] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? [];
    return this.#byId.has(session) ? this.thing(session) : this.thing(role);
  }

  /** `ssm.eu-west-1.amazonaws.com` is `ssm`; a database is its identifier. */
  host(host: string): string {
    return host
      .replace(/\.[^.]+\.rds\.amazonaws\.com$/, '')
      .replace(/(\.[a-z]{2}-[a-z-]+-\d)?\.amazonaws\.com$/, '')
      .replace(/\.[0-9a-f]{12}$/, '');
  }
}
