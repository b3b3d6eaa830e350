import {
  isObject,
  type Loose,
  listed,
  optional,
  orElse,
  type Parser,
  record,
  required,
  type Shape,
  section,
} from '../fields';
import { sqlName, tableName } from '../names';
import type { HnswIndex, IvfflatIndex, Metric, Storage, VectorIndex, VectorIndexCommon } from '../project';
import { also, integer, oneOf, text, wordOr } from '../values';

type Method = VectorIndex['method'];

/** The operator classes of pgvector: what each method can index, and by which distance. */
export const metricsOf: Readonly<Record<Method, Readonly<Record<Storage, readonly Metric[]>>>> = {
  ivfflat: { vector: ['cosine', 'l2', 'ip'], halfvec: ['cosine', 'l2', 'ip'], bit: ['hamming'] },
  hnsw: { vector: ['cosine', 'l2', 'ip', 'l1'], halfvec: ['cosine', 'l2', 'ip', 'l1'], bit: ['hamming', 'jaccard'] },
};

/** An index entry must fit into a page of 8 KB: at 4 bytes, 2 bytes or 1 bit for each dimension. */
export const mostDimensions: Readonly<Record<Storage, number>> = { vector: 2_000, halfvec: 4_000, bit: 64_000 };

const predicate = also(text, (sql) => {
  if (sql.includes(';')) return 'has a semicolon; write one condition';
  return /^\s*where\b/i.test(sql) ? 'begins with WHERE; write the condition alone' : undefined;
});

const rows = wordOr('auto', integer(0, 1_000_000_000, "write 'auto' or rows from"));

function common(storage: Storage): Shape<VectorIndexCommon> {
  return {
    table: required("it like 'public.documents'", tableName),
    column: required('the name of the vector column', sqlName('a column')),
    dimensions: required('how many dimensions the vectors have', integer(1, 64_000, 'pgvector indexes')),
    metric: orElse(storage === 'bit' ? 'hamming' : 'cosine', oneOf('cosine', 'l2', 'ip', 'l1', 'hamming', 'jaccard')),
    storage: orElse('vector', oneOf('vector', 'halfvec', 'bit')),
    where: optional(predicate),
    buildInlineBelow: orElse('auto', rows),
  };
}

const ivfflat = (storage: Storage): Parser<Loose<IvfflatIndex>> =>
  section<IvfflatIndex>(
    {
      ...common(storage),
      method: oneOf('ivfflat'),
      lists: orElse('auto', wordOr('auto', integer(1, 32_768, "pgvector takes 'auto' or"))),
      probes: orElse('auto', wordOr('auto', integer(1, 32_768, "pgvector takes 'auto' or"))),
    },
    Object.fromEntries(
      ['m', 'efConstruction', 'efSearch'].map((key) => [key, "goes with the method 'hnsw'; this is 'ivfflat'"]),
    ),
  );

/** pgvector's own 64, or what a larger m asks for. */
const efConstructionFor = (m: unknown) => (typeof m === 'number' && m > 32 ? Math.min(2 * m, 1_000) : 64);

const hnsw = (storage: Storage, m: unknown): Parser<Loose<HnswIndex>> =>
  section<HnswIndex>(
    {
      ...common(storage),
      method: orElse('hnsw', oneOf('hnsw', 'ivfflat') as Parser<'hnsw'>),
      m: orElse(16, integer(2, 100, 'pgvector takes')),
      efConstruction: orElse(efConstructionFor(m), integer(4, 1_000, 'pgvector takes')),
      efSearch: orElse(40, integer(1, 1_000, 'pgvector takes')),
    },
    Object.fromEntries(['lists', 'probes'].map((key) => [key, "goes with the method 'ivfflat'; this is 'hnsw'"])),
  );

const vectorIndex: Parser<Loose<VectorIndex>> = (field) => {
  const value = isObject(field.value) ? field.value : {};
  const storage = (['halfvec', 'bit'] as const).find((word) => word === value['storage']) ?? 'vector';
  const parse = value['method'] === 'ivfflat' ? ivfflat(storage) : hnsw(storage, value['m']);
  const index = parse(field);
  if (index !== undefined) checkIndex(index, (key, shown, sentence) => void field.at(key, shown).refuse(sentence));
  return index;
};

/** What the single values cannot say alone. */
function checkIndex(index: Loose<VectorIndex>, refuse: (key: string, value: unknown, sentence: string) => void): void {
  const { storage, method, metric, dimensions } = index;
  if (storage === undefined || method === undefined) return;
  const metrics = metricsOf[method][storage];
  if (metric !== undefined && !metrics.includes(metric)) {
    refuse(
      'metric',
      metric,
      `cannot be indexed by ${method} as ${storage}; pgvector has ${listed(metrics, 'and')} there`,
    );
  }
  const most = mostDimensions[storage];
  if (dimensions !== undefined && dimensions > most) {
    const halved = storage === 'vector' && dimensions <= mostDimensions.halfvec;
    const hint = halved ? ", or up to 4000 with storage: 'halfvec'" : '';
    refuse('dimensions', dimensions, `is too many; pgvector indexes up to ${most} as ${storage}${hint}`);
  }
  if (index.method === 'hnsw' && index.m !== undefined && index.efConstruction !== undefined) {
    const least = 2 * index.m;
    const sentence = `is too low; pgvector wants at least ${least}, twice m`;
    if (index.efConstruction < least) refuse('efConstruction', index.efConstruction, sentence);
  }
  if (index.method === 'ivfflat' && typeof index.probes === 'number' && typeof index.lists === 'number') {
    const sentence = `is more than the ${index.lists} lists; write 1 to ${index.lists}`;
    if (index.probes > index.lists) refuse('probes', index.probes, sentence);
  }
}

export const vectorIndexes: Parser<Readonly<Record<string, Loose<VectorIndex>>>> = record<VectorIndex>(
  sqlName('an index name'),
  vectorIndex,
);
