import { index, type Refusal } from '../good-settings';

export const vectorIndexes: readonly Refusal[] = [
  [
    '2,001 dimensions',
    index({ dimensions: 2001 }),
    "vectorIndexes.chunks.dimensions: 2001 is too many; pgvector indexes up to 2000 as vector, or up to 4000 with storage: 'halfvec'",
  ],
  [
    '4,001 dimensions as halfvec',
    index({ dimensions: 4001, storage: 'halfvec' }),
    'vectorIndexes.chunks.dimensions: 4001 is too many; pgvector indexes up to 4000 as halfvec',
  ],
  [
    '64,001 dimensions as bit',
    index({ dimensions: 64_001, storage: 'bit' }),
    'vectorIndexes.chunks.dimensions: 64001 is out of range; pgvector indexes 1 to 64000',
  ],
  [
    'ivfflat by l1',
    index({ method: 'ivfflat', metric: 'l1' }),
    "vectorIndexes.chunks.metric: 'l1' cannot be indexed by ivfflat as vector; pgvector has 'cosine', 'l2' and 'ip' there",
  ],
  [
    'ivfflat by l1 as halfvec',
    index({ method: 'ivfflat', metric: 'l1', storage: 'halfvec' }),
    "vectorIndexes.chunks.metric: 'l1' cannot be indexed by ivfflat as halfvec; pgvector has 'cosine', 'l2' and 'ip' there",
  ],
  [
    'ivfflat by jaccard',
    index({ method: 'ivfflat', metric: 'jaccard', storage: 'bit' }),
    "vectorIndexes.chunks.metric: 'jaccard' cannot be indexed by ivfflat as bit; pgvector has 'hamming' there",
  ],
  [
    'bits by cosine',
    index({ metric: 'cosine', storage: 'bit' }),
    "vectorIndexes.chunks.metric: 'cosine' cannot be indexed by hnsw as bit; pgvector has 'hamming' and 'jaccard' there",
  ],
  [
    'vectors by hamming',
    index({ metric: 'hamming' }),
    "vectorIndexes.chunks.metric: 'hamming' cannot be indexed by hnsw as vector; pgvector has 'cosine', 'l2', 'ip' and 'l1' there",
  ],
  [
    'no lists',
    index({ method: 'ivfflat', lists: 0 }),
    "vectorIndexes.chunks.lists: 0 is out of range; pgvector takes 'auto' or 1 to 32768",
  ],
  [
    '32,769 lists',
    index({ method: 'ivfflat', lists: 32_769 }),
    "vectorIndexes.chunks.lists: 32769 is out of range; pgvector takes 'auto' or 1 to 32768",
  ],
  [
    'more probes than lists',
    index({ method: 'ivfflat', lists: 10, probes: 11 }),
    'vectorIndexes.chunks.probes: 11 is more than the 10 lists; write 1 to 10',
  ],
  [
    'lists of hnsw',
    index({ lists: 100 }),
    "vectorIndexes.chunks.lists: goes with the method 'ivfflat'; this is 'hnsw'",
  ],
  [
    'm of ivfflat',
    index({ method: 'ivfflat', m: 16 }),
    "vectorIndexes.chunks.m: goes with the method 'hnsw'; this is 'ivfflat'",
  ],
  ['m of 1', index({ m: 1 }), 'vectorIndexes.chunks.m: 1 is out of range; pgvector takes 2 to 100'],
  ['m of 101', index({ m: 101 }), 'vectorIndexes.chunks.m: 101 is out of range; pgvector takes 2 to 100'],
  [
    'efConstruction under twice m',
    index({ m: 40, efConstruction: 64 }),
    'vectorIndexes.chunks.efConstruction: 64 is too low; pgvector wants at least 80, twice m',
  ],
  [
    'efConstruction of 1,001',
    index({ efConstruction: 1001 }),
    'vectorIndexes.chunks.efConstruction: 1001 is out of range; pgvector takes 4 to 1000',
  ],
  [
    'efSearch of 1,001',
    index({ efSearch: 1001 }),
    'vectorIndexes.chunks.efSearch: 1001 is out of range; pgvector takes 1 to 1000',
  ],
  [
    'a table without a schema',
    index({ table: 'chunks' }),
    "vectorIndexes.chunks.table: 'chunks' is not a table with its schema; write it like 'public.documents'",
  ],
  [
    'a table with three parts',
    index({ table: 'shop.public.chunks' }),
    "vectorIndexes.chunks.table: 'shop.public.chunks' is not a table with its schema; write it like 'public.documents'",
  ],
  [
    'a table of 64 bytes in 32 letters',
    index({ table: `public.${'é'.repeat(32)}` }),
    "vectorIndexes.chunks.table: 'public.éééééééééééééééééééééééééééééééé' has a part that is 64 bytes long; Postgres keeps 63 of a name",
  ],
  [
    'no column',
    { vectorIndexes: { chunks: { table: 'public.chunks', dimensions: 3 } } },
    'vectorIndexes.chunks.column: is missing; write the name of the vector column',
  ],
  [
    'an index name of 64 bytes',
    { vectorIndexes: { ['i'.repeat(64)]: { table: 'public.chunks', column: 'embedding', dimensions: 3 } } },
    "vectorIndexes.iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii: 'iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii' is 64 bytes long; Postgres keeps 63 of a name",
  ],
  [
    'a predicate with a second statement',
    index({ where: 'true; DROP TABLE x' }),
    "vectorIndexes.chunks.where: 'true; DROP TABLE x' has a semicolon; write one condition",
  ],
  [
    'halfvec with an extension that is too old',
    { ...index({ storage: 'halfvec' }), database: { extensions: { vector: { version: '0.6.2' } } } },
    "database.extensions.vector.version: '0.6.2' is too old for the index chunks; it needs 0.7.0 or newer",
  ],
  [
    'an extension below its minimum',
    { database: { extensions: { vector: { version: '0.4.4' } } } },
    "database.extensions.vector.version: '0.4.4' is below the minimum of this extension, '0.5.0'",
  ],
  [
    'an extension of no name',
    { database: { extensions: { 'pg trgm': {} } } },
    "database.extensions[\"pg trgm\"]: 'pg trgm' is not an extension's name; write it as Postgres does, such as 'pg_trgm'",
  ],
];
