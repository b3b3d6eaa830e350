import { inDev, index, type Refusal } from '../good-settings';

const query = (change: object) => ({
  checks: { criticalQueries: { nearest: { sql: 'SELECT 1', p95Ms: 50, ...change } } },
});

export const checks: readonly Refusal[] = [
  [
    'a floor for a table without a schema',
    { checks: { rowFloors: { documents: 1 } } },
    "checks.rowFloors.documents: 'documents' is not a table with its schema; write it like 'public.documents'",
  ],
  [
    'a floor below nothing',
    { checks: { rowFloors: { 'public.documents': -1 } } },
    'checks.rowFloors["public.documents"]: -1 is out of range; write 0 to 1000000000000',
  ],
  [
    'a fall of more than all',
    { checks: { maximumFallPercent: 120 } },
    'checks.maximumFallPercent: 120 is out of range; write 0 to 100',
  ],
  [
    'a fall as a share',
    { checks: { maximumFallPercent: 0.2 } },
    'checks.maximumFallPercent: 0.2 is not a whole number; write 0 to 100',
  ],
  [
    'recall as a share',
    { checks: { minimumRecallPercent: 0.95 } },
    'checks.minimumRecallPercent: 0.95 is not a whole number; write 0 to 100',
  ],
  [
    'one table that may shrink twice',
    { checks: { mayShrink: ['public.jobs', 'public.jobs'] } },
    "checks.mayShrink: names 'public.jobs' twice; once is enough",
  ],
  [
    'a column without its table',
    { checks: { noNulls: ['embeddings.embedding'] } },
    "checks.noNulls[0]: 'embeddings.embedding' is not a column with its table; write it like 'public.embeddings.embedding'",
  ],
  [
    'two critical queries in one',
    query({ sql: 'SELECT 1; SELECT 2' }),
    "checks.criticalQueries.nearest.sql: 'SELECT 1; SELECT 2' has a semicolon; write one SELECT",
  ],
  [
    'a critical query that writes',
    query({ sql: 'DELETE FROM public.documents' }),
    "checks.criticalQueries.nearest.sql: 'DELETE FROM public.documents' does not begin with SELECT or WITH; write one SELECT",
  ],
  [
    'a critical query without a limit',
    query({ p95Ms: undefined }),
    'checks.criticalQueries.nearest.p95Ms: is missing; write the milliseconds that 95 of 100 warm runs may take',
  ],
  [
    'a critical query that may take no time',
    query({ p95Ms: 0 }),
    'checks.criticalQueries.nearest.p95Ms: 0 is out of range; write 1 to 60000',
  ],
  [
    'a critical query with a name of two words',
    { checks: { criticalQueries: { 'two words': { sql: 'SELECT 1', p95Ms: 5 } } } },
    `checks.criticalQueries["two words"]: 'two words' is not a query's name; write it with lower-case letters, digits and hyphens, like 'nearest-passages'`,
  ],
  [
    'a critical query that is called as an index is',
    { ...index({}), checks: { criticalQueries: { chunks: { sql: 'SELECT 1', p95Ms: 5 } } } },
    "checks.criticalQueries.chunks: 'chunks' is also the name of a vector index; take another name",
  ],
  [
    'a setting of the checks that there is not',
    { checks: { rowFloor: {} } },
    "checks.rowFloor: is not a setting; did you mean 'rowFloors'?",
  ],
  [
    'a recovery whose other instance is kept for no day',
    { recovery: { keepDays: 0 } },
    'recovery.keepDays: 0 is out of range; write 1 to 365',
  ],
  [
    'a heartbeat every two hours',
    { heartbeat: { everyMinutes: 120 } },
    'heartbeat.everyMinutes: 120 is out of range; write 1 to 60',
  ],
  [
    'a manifest every minute',
    { heartbeat: { manifestEveryMinutes: 1 } },
    'heartbeat.manifestEveryMinutes: 1 is out of range; write 15 to 1440',
  ],
  [
    'a heartbeat that cannot tell a loss',
    inDev({ heartbeat: { everyMinutes: 30 }, objectives: { rtoMinutes: 15, rpoMinutes: 10 } }),
    'environments.dev.heartbeat.everyMinutes: 30 is more than objectives.rpoMinutes, 10; the loss could not be told',
  ],
  [
    'a newest row by a column that no name can be',
    { heartbeat: { newestRow: { 'public.events': 'happened at' } } },
    `heartbeat.newestRow["public.events"]: 'happened at' is not a column; one begins with a letter or underscore and has only letters, digits, underscores and dollar signs`,
  ],
];
