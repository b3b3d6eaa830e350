// Three projects in one run. Files that end in .db.test.ts talk to a database, and run on both kinds of Postgres that a
// machine with nothing but Node has; all others run once. PLINTH_TEST_KINDS=embedded (or native) narrows it.
const kinds = (process.env.PLINTH_TEST_KINDS ?? 'embedded,native').split(',');

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
  // Jest would leave one core idle; most of the time goes into servers, which are other processes.
  maxWorkers: '100%',
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
      globals: { plinthPostgresKind: kind },
    })),
  ],
};
