// The import rules. Each one says in `comment` why it stands; docs/architecture.md has the whole picture.
const contract = '^lambdas/[^/]+/contract[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'lib-takes-only-contracts-from-lambdas',
      comment: 'A construct knows AWS and the names it shares with its handler, never SQL.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/checks/migrations[.]ts$' },
      to: { path: '^lambdas/', pathNot: contract },
    },
    {
      name: 'the-lint-of-migrations-is-the-one-exception',
      comment: 'A synth judges the files by the very code that judges them again before they run, and by nothing else.',
      severity: 'error',
      from: { path: '^lib/checks/migrations[.]ts$' },
      to: { path: '^lambdas/', pathNot: [contract, '^lambdas/migrations/(analyse|files)[.]ts$'] },
    },
    {
      name: 'contracts-import-nothing',
      comment: 'A contract is read by the construct and bundled into the handler: it may drag nothing along.',
      severity: 'error',
      from: { path: contract },
      to: { pathNot: contract },
    },
    {
      name: 'lambdas-stand-alone',
      comment: 'What runs in AWS must not carry the CDK, nor the tools of a laptop.',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: '^(lib|postgres|rehearsal|cli|bin|test|bench)/|node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'lib-needs-no-laptop-tools',
      comment: 'A synth must work where no Postgres can be started.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(postgres|rehearsal|cli|bin|test|bench)/' },
    },
    {
      name: 'postgres-stands-alone',
      comment: 'A place for Postgres instances is useful to all the others and needs none of them.',
      severity: 'error',
      from: { path: '^postgres/' },
      to: { path: '^(lib|lambdas|rehearsal|cli|bin|test|bench)/' },
    },
    {
      name: 'rehearsal-reads-only-the-assembly',
      comment: 'It proves what would be deployed, so it may see nothing but cdk.out and a Postgres.',
      severity: 'error',
      from: { path: '^rehearsal/' },
      to: { path: '^(lib|lambdas|cli|bin|test|bench)/' },
    },
    {
      name: 'nobody-uses-the-command-line',
      comment: 'A verb of the command line calls what does the work; nothing calls a verb.',
      severity: 'error',
      from: { pathNot: '^(cli|bin|test)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'nobody-uses-the-entry-points',
      comment: 'Entry points hold no logic, so there is nothing in them to use.',
      severity: 'error',
      from: { pathNot: '^bin/' },
      to: { path: '^bin/' },
    },
    {
      name: 'only-declared-packages',
      comment: 'A package that package.json does not name may vanish with any update.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk[.]out|[.]plinth)/' },
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default'],
    },
    externalModuleResolutionStrategy: 'node_modules',
  },
};
