// Three projects in one run. Files that end in .db.test.ts talk to a database, and run on both kinds of Postgres that a
// machine with nothing but Node has; all others run once. PLINTH_TEST_KINDS=embedded (or native) narrows it, and
// PLINTH_LONG_TESTS=1 leaves nothing out.
const { existsSync } = require('node:fs');
const { availableParallelism } = require('node:os');

const kinds = (process.env.PLINTH_TEST_KINDS ?? 'embedded,native').split(',');

// Edges of what the whole runs go through on both kinds: on the embedded Postgres, where each connection costs a quarter
// of a second of a core, they take ten minutes. Where a full native server is, they run on that alone.
const edges = [
  'lambdas/app-database/(access|ensure|faults|handler|names|remove|role-verb|rotate)',
  'lambdas/admin-rotation/rotate',
  'lambdas/drill-check/(damage|findings|healthy)',
  'lambdas/drill-roles/roles',
  'lambdas/extensions/ensure',
  'lambdas/heartbeat/heartbeat',
  'lambdas/migrations/(handler|run/faults|run/operations|run/prisma)',
  'lambdas/recovery/logins',
  'lambdas/shared/events',
  'lambdas/vector-indexes/(command|reconcile|verify)',
  // It cannot dump, and each test would say so.
  'tasks/(dump|restore)',
];
const native = kinds.includes('native') && existsSync(`${__dirname}/.postgres/server/complete`);
const onceIsEnough = native && process.env.PLINTH_LONG_TESTS !== '1';

const common = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.plinth', '<rootDir>/.postgres'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
};

/** @type {import('jest').Config} */
module.exports = {
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.cjs',
  reporters: ['default', '<rootDir>/test/support/closing-reporter.cjs'],
  testTimeout: 60_000,
  // Jest would leave one core idle. Most of the time goes into servers and functions, which are other processes, and much
  // of it into waiting for them: three workers keep two cores busy.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Jest keeps much of what a file has loaded. After some dozens of them, collecting garbage takes most of the time.
  workerIdleMemoryLimit: '500MB',
  projects: [
    {
      ...common,
      displayName: 'once',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '[.]db[.]test[.]ts$'],
    },
    ...kinds.map((kind) => ({
      ...common,
      displayName: kind,
      testMatch: ['<rootDir>/test/**/*.db.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...(kind === 'embedded' && onceIsEnough ? edges : [])],
      globals: { plinthPostgresKind: kind },
    })),
  ],
};
