import { join } from 'node:path';
import { createCertificateAuthority } from '../../postgres/certificates';
import type { PostgresPlace } from '../../postgres/place';
import type { Account } from '../account';
import { type Clock, ClockClosed } from '../clock';
import { RehearsalError } from '../errors';
import type { Hooks } from '../faults/hooks';
import { FunctionHost, type Invocation } from '../functions/host';
import { Authorizer } from '../iam/authorizer';
import { mayLog } from '../iam/log-rights';
import { Logs } from '../logs';
import { type Connection, networkOf } from '../network';
import { CustomResources } from '../resources/custom';
import { realTypes } from '../resources/real';
import { recordedType } from '../resources/recorded';
import type { ResourceRequest, ResourceType } from '../resources/type';
import { shownOf, watched } from '../resources/watched';
import { SecretWatch } from '../secrets';
import { Buckets } from '../services/buckets';
import { databaseEvents } from '../services/database-events';
import { Databases } from '../services/databases';
import { Executions } from '../services/executions';
import { type IntegrationSources, integrationsOf } from '../services/integrations';
import { Keys } from '../services/keys';
import { Modifications } from '../services/modifications';
import { Parameters } from '../services/parameters';
import { People } from '../services/people';
import { RestoreValidations } from '../services/restore-validations';
import { Restores } from '../services/restores';
import { Schedules } from '../services/schedules';
import { Secrets } from '../services/secrets';
import type { Waiting } from '../services/task-tokens';
import { Tasks } from '../services/tasks';
import { Topics } from '../services/topics';
import { Authorities } from './authorities';
import { dynamicReference } from './dynamic';
import { passEndpoint } from './pass-endpoint';
import type { CallRecord, Witness } from './record';
import { CloudServer, type KeyHolder, type WiredService } from './server';
import { wiredServices } from './services';

export interface CloudOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly place: PostgresPlace;
  /** A folder that is removed at the end. */
  readonly folder: string;
}

/** The key with which a person calls, as in `aws --endpoint-url`: it may do everything. */
export const operatorKey = 'AKIAREHEARSALOPERATR';
export const operatorSecret = 'rehearsal/operator/secret';

/** The AWS of one rehearsal, on loopback: what is deployed in it is real as far as it runs. */
export class LocalCloud {
  readonly logs = new Logs();
  /** Where faults take hold. */
  readonly hooks: Hooks = {};
  /**
   * Who answers a Task that waits for a person. Time passes only as fast as it does for people while this is at it;
   * without anybody, the clock jumps to the end of the waiting.
   */
  answerer: ((waiting: Waiting) => Promise<void>) | undefined;
  readonly people: People;
  readonly secretWatch = new SecretWatch();
  readonly topics: Topics;
  readonly keys: Keys;
  readonly buckets: Buckets;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  readonly databases: Databases;
  readonly restores: Restores;
  readonly restoreValidations: RestoreValidations;
  readonly modifications: Modifications;
  readonly functions: FunctionHost;
  readonly tasks: Tasks;
  readonly executions: Executions;
  /** What a clock or an event would start. */
  readonly schedules: Schedules;
  readonly authorizer: Authorizer;
  readonly calls: CallRecord[] = [];
  readonly connections: Connection[] = [];
  readonly invocations: Invocation[] = [];
  /** What must fail the rehearsal though AWS might let it pass. */
  readonly broken: string[] = [];
  readonly notes: string[] = [];
  readonly #server: CloudServer;
  readonly #custom: CustomResources;
  readonly #types: Readonly<Record<string, ResourceType>>;
  readonly #services: readonly WiredService[];
  readonly #later = new Set<Promise<unknown>>();
  readonly #witness: Witness = {
    record: (record) => this.calls.push(record),
    broken: (sentence) => this.broken.push(sentence),
  };

  static async open(options: CloudOptions): Promise<LocalCloud> {
    const { region } = options.account;
    const authority = await createCertificateAuthority();
    const certificate = await authority.issue([
      `*.${region}.amazonaws.com`,
      `*.s3.${region}.amazonaws.com`,
      'localhost',
    ]);
    const cloud = new LocalCloud(options, authority.pem, certificate);
    await cloud.#server.open();
    return cloud;
  }

  private constructor(
    private readonly options: CloudOptions,
    authority: string,
    certificate: { readonly certificate: string; readonly key: string },
  ) {
    const { account, clock, place, folder } = options;
    const note = (value: string, name: string) => this.secretWatch.note(value, name);
    const trusted = new Authorities(join(folder, 'authorities.pem'));
    this.authorizer = new Authorizer(account);
    this.people = new People(account);
    this.keys = new Keys(account);
    this.restoreValidations = new RestoreValidations(account);
    this.topics = new Topics(account, this.keys);
    this.buckets = new Buckets(account, () => clock.date());
    this.parameters = new Parameters(account, this.keys, () => clock.date(), note);
    this.databases = new Databases(
      account,
      clock,
      place,
      databaseEvents(account, this.topics, this.authorizer.services, this.#witness.broken),
      this.#witness.broken,
    );
    const connect = networkOf({
      account,
      databases: this.databases,
      servicesPort: () => this.#server.tlsPort,
      connected: (connection) => this.connections.push(connection),
      note: (sentence) => void (this.notes.includes(sentence) || this.notes.push(sentence)),
      through: async (port, from) => this.hooks.connecting?.(port, from) ?? port,
    });
    const caFile = () => trusted.trust([authority, ...this.databases.authorities()]);
    const { logs, authorizer } = this;
    this.tasks = new Tasks({
      ...{ account, clock, logs, authorizer, folder, caFile, connect, secret: note },
      serverMajor: () => this.databases.newestMajor(),
    });
    this.functions = new FunctionHost({
      account,
      clock,
      logs: this.logs,
      folder,
      caFile,
      connect,
      mayLog: mayLog(account, this.authorizer, this.logs, (sentence) => this.broken.push(sentence)),
      invoked: (invocation) => this.invocations.push(invocation),
      secret: (value, name) => this.secretWatch.note(value, name),
      begun: (settings, kill) => this.hooks.begun?.(settings, kill),
    });
    this.secrets = new Secrets(account, this.keys, (functionArn, event) => this.runStep(functionArn, event), note);
    this.restores = new Restores(this.databases, clock, this.secrets);
    this.modifications = new Modifications(this.databases, clock, this.secrets);
    this.executions = new Executions(
      account,
      clock,
      (caller, executions, running) => integrationsOf(this.integrationSources(), caller, executions, running),
      (event, execution) => this.secretWatch.look(JSON.stringify(event), `the history of ${execution}`),
      this.#witness.broken,
    );
    this.schedules = new Schedules({
      account,
      clock,
      authorizer: this.authorizer,
      functions: this.functions,
      executions: this.executions,
      topics: this.topics,
      integrations: (caller) => integrationsOf(this.integrationSources(), caller, this.executions),
    });
    this.#custom = new CustomResources({
      clock,
      invoke: (functionArn, event) => this.functions.invoke(functionArn, event),
      broken: (sentence) => this.broken.push(sentence),
      saw: (text, where) => this.secretWatch.look(text, where),
      deliveries: () => this.hooks.deliveries?.() ?? 1,
    });
    this.#types = realTypes(this, (sentence) => this.notes.push(sentence));
    this.#services = wiredServices(this, account, (work) => this.later(work));
    this.#server = new CloudServer({
      certificate,
      services: this.#services,
      region: account.region,
      keyHolder: (key) => this.keyHolder(key),
      authorize: (caller, access, service) => {
        passEndpoint(account, this.authorizer, caller, access, service, (sentence) => this.broken.push(sentence));
        this.authorizer.check(caller, access);
      },
      unsigned: (request) => this.#custom.receiveUnsigned(request),
      ...this.#witness,
    });
  }

  /**
   * From here to the call of what it gives, neither a refusal nor a broken rule is held against the app: a fault brought
   * it about. What was there before stays.
   */
  forgiving(): () => void {
    const { judgements } = this.authorizer;
    const [broken, judged] = [this.broken.length, judgements.length];
    return () => {
      this.broken.length = broken;
      judgements.push(...judgements.splice(judged).filter(({ allowed }) => allowed));
    };
  }

  /** For `aws --endpoint-url`, with `operatorKey` and `operatorSecret`. */
  get url(): string {
    return this.#server.url;
  }

  typeOf(type: string): ResourceType {
    const found = this.knownType(type);
    // Custom resources are looked at as the event that they become.
    const look = (request: ResourceRequest) => {
      if (found !== this.#custom.type)
        this.secretWatch.look(shownOf(request), `the properties of ${request.logicalId}`);
    };
    return watched(found, look, (logicalId) => this.hooks.failing?.(logicalId, type));
  }

  private knownType(type: string): ResourceType {
    if (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') return this.#custom.type;
    const found = this.#types[type] ?? recordedType(type);
    if (found) return found;
    throw new RehearsalError(`The rehearsal does not know the resource type ${type}.`);
  }

  /** The value behind `{{resolve:…}}`. */
  dynamic(reference: string): string {
    return dynamicReference(this.secrets, reference);
  }

  async close(): Promise<void> {
    await this.functions.close();
    this.options.clock.close();
    await Promise.allSettled([...this.#later, this.tasks.close(), this.databases.close(), this.executions.close()]);
    await this.#server.close();
  }

  private integrationSources(): IntegrationSources {
    return {
      functions: this.functions,
      services: () => this.#services,
      witness: this.#witness,
      later: (work) => this.later(work),
      callFor: (caller, service, operation) => ({
        service,
        operation,
        caller,
        requestId: this.options.account.random(32),
        authorize: (action, resource, context) =>
          this.authorizer.check(caller, { action, resource, ...(context && { context }) }),
      }),
      work: (task) => this.options.clock.work(task),
      waiting: (waiting) => {
        const { answerer } = this;
        if (answerer) this.later(() => this.options.clock.work(() => answerer(waiting)));
      },
    };
  }

  private keyHolder(key: string): KeyHolder | undefined {
    const arn = `arn:aws:iam::${this.options.account.id}:user/operator`;
    if (key === operatorKey) return { caller: { arn }, secret: operatorSecret };
    return this.people.keyHolder(key) ?? this.functions.keyHolder(key) ?? this.tasks.keyHolder(key);
  }

  private later(work: () => Promise<unknown>): void {
    const running: Promise<unknown> = work()
      .catch((error: Error) => {
        if (!(error instanceof ClockClosed)) this.broken.push(error.message);
      })
      .finally(() => this.#later.delete(running));
    this.#later.add(running);
  }

  private async runStep(functionArn: string, event: unknown): Promise<void> {
    const { error } = await this.functions.invoke(functionArn, event);
    if (error) throw new Error(error.errorMessage);
  }
}
