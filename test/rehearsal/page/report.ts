import type { Report } from '../../../rehearsal/report';

/** A small report, made by hand: one function of one stack that reaches one database. */
export const smallReport = (over: Partial<Report> = {}): Report => ({
  name: 'shop-dev',
  account: '123456789012',
  region: 'eu-west-1',
  startedAt: '2026-03-01T10:00:00.000Z',
  seconds: 4.2,
  passed: true,
  failures: [],
  notes: ['Functions ran on Node v20.1.0; the template says nodejs24.x.'],
  place: 'PostgreSQL 16',
  phases: [
    { name: 'deploy', title: 'deploy', beginMs: 0, endMs: 2_000, stacks: [], passed: true },
    { name: 'again', title: 'deploy the same again', beginMs: 2_500, endMs: 2_500, stacks: [], passed: true },
    { name: 'change', title: 'deploy a change', beginMs: 2_500, endMs: 3_500, stacks: [], passed: true },
    { name: 'destroy', title: 'destroy', beginMs: 3_600, endMs: 4_200, stacks: [], passed: true },
  ],
  asides: [{ title: 'fill the tables as the application', beginMs: 2_000, endMs: 2_500 }],
  events: [
    { kind: 'stack', stack: 'shop-dev-app', status: 'CREATE_IN_PROGRESS', resources: 3, at: 0, phase: 'deploy' },
    resourceEvent('Role11111111', 'AWS::IAM::Role', 'CREATE_IN_PROGRESS', 10),
    resourceEvent('Role11111111', 'AWS::IAM::Role', 'CREATE_COMPLETE', 10),
    resourceEvent('Work22222222', 'AWS::Lambda::Function', 'CREATE_IN_PROGRESS', 20),
    resourceEvent('Work22222222', 'AWS::Lambda::Function', 'CREATE_COMPLETE', 1_520),
    { kind: 'stack', stack: 'shop-dev-app', status: 'CREATE_COMPLETE', resources: 3, at: 2_000, phase: 'deploy' },
  ],
  resources: [
    resource('Role11111111', 'AWS::IAM::Role', 'shop-dev-app-Role-AAA', 'Shop/Role', 'recorded', []),
    resource('Work22222222', 'AWS::Lambda::Function', 'shop-dev-app-Work-BBB', 'Shop/Work', 'real', ['Role11111111']),
    resource('Call33333333', 'Custom::Call', 'call', 'Shop/Call', 'real', ['Role11111111', 'Work22222222']),
  ],
  permissions: [
    {
      holder: 'shop-dev-app/Role11111111',
      kind: 'role',
      acted: true,
      grants: [grant('ssm:GetParameter', true), grant('ssm:PutParameter', false), grant('logs:PutLogEvents', false)],
    },
  ],
  refusals: [],
  connections: [
    {
      function: 'shop-dev-app-Work-BBB',
      to: 'shop.0123456789ab.eu-west-1.rds.amazonaws.com',
      port: 5432,
      open: true,
      by: ['shop-dev-app/Role11111111'],
      count: 2,
    },
  ],
  unusedRoutes: ['shop-dev-app/Endpoint44444444'],
  calls: [{ service: 'ssm', operation: 'GetParameter', caller: 'someone', count: 3 }],
  invocations: [
    {
      function: 'shop-dev-app-Work-BBB',
      requestId: '1',
      coldStart: true,
      milliseconds: 900,
      peakMiB: 60,
      at: 1_600,
    },
  ],
  executions: [
    {
      machine: 'waiter',
      status: 'SUCCEEDED',
      seconds: 3_600,
      states: ['Ask', 'Ask', 'Done'],
      history: [{ seconds: 0, type: 'ExecutionStarted' }],
      stepsLeftOut: 0,
    },
  ],
  logs: [{ at: 1_700, source: 'shop-dev-app-Work-BBB', text: 'hello' }],
  databases: [database('deploy', 5, 2.5), database('change', 6, 1.5)],
  totalMs: 4_200,
  ...over,
});

function resourceEvent(logicalId: string, type: string, status: 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE', at: number) {
  return { kind: 'resource', stack: 'shop-dev-app', logicalId, type, status, at, phase: 'deploy' } as const;
}

function resource(
  logicalId: string,
  type: string,
  id: string,
  path: string,
  kind: 'real' | 'recorded',
  needs: readonly string[],
): Report['resources'][number] {
  const stack = 'shop-dev-app';
  return { stack, logicalId, type, id, path, kind, needs: needs.map((need) => `${stack}/${need}`) };
}

function grant(action: string, used: boolean): Report['permissions'][number]['grants'][number] {
  return { statement: 'shop-dev-app/Policy55555555, statement 1', effect: 'Allow', action, resources: ['*'], used };
}

function database(after: string, migrations: number, indexMs: number): Report['databases'][number] {
  return {
    instance: 'shop',
    database: 'shop',
    after,
    server: '16.4',
    roles: [
      { name: 'app_user', login: true, connectionLimit: 80, memberOf: [] },
      { name: 'shop_owner', login: false, connectionLimit: -1, memberOf: [] },
    ],
    extensions: [{ name: 'vector', version: '0.8.0' }],
    tables: [
      { name: 'plinth.migrations', rows: migrations, owner: 'shop_owner' },
      { name: 'public.items', rows: 1_000, owner: 'shop_owner' },
    ],
    indexes: [
      {
        name: 'items_hnsw',
        table: 'public.items',
        method: 'hnsw',
        valid: true,
        bytes: 8_192_000,
        definition: 'CREATE INDEX items_hnsw ON public.items USING hnsw (v vector_cosine_ops)',
        search: { rows: 1_000, queries: 20, used: true, recall: 0.995, exactMs: 3.5, indexMs },
      },
    ],
  };
}
