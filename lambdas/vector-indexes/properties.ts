import type { VectorIndexesProperties } from '../shared/contract';
import { list, numberOr, object, oneOf, optional, type Parse, record, text, wholeNumber } from '../shared/properties';
import { common } from '../shared/resource-properties';
import type { HnswIndex, IvfflatIndex, VectorIndex, VectorIndexCommon } from './contract';

const shared = {
  table: object<VectorIndexCommon['table']>({ schema: text, name: text }),
  column: text,
  dimensions: wholeNumber,
  metric: oneOf('cosine', 'l2', 'ip', 'l1', 'hamming', 'jaccard'),
  storage: oneOf('vector', 'halfvec', 'bit'),
  where: optional(text),
  buildInlineBelow: numberOr('auto'),
};

const ivfflat = object<IvfflatIndex>({
  ...shared,
  method: oneOf('ivfflat'),
  lists: numberOr('auto'),
  probes: numberOr('auto'),
});

const hnsw = object<HnswIndex>({
  ...shared,
  method: oneOf('hnsw'),
  m: wholeNumber,
  efConstruction: wholeNumber,
  efSearch: wholeNumber,
});

const vectorIndex: Parse<VectorIndex> = (value, path) =>
  oneOf('ivfflat', 'hnsw')((value as { method?: unknown } | undefined)?.method, `${path}.method`) === 'hnsw'
    ? hnsw(value, path)
    : ivfflat(value, path);

export const indexes = record(vectorIndex);

export const properties = object<VectorIndexesProperties>({
  ...common,
  Owner: text,
  SearchRoles: list(text),
  Indexes: indexes,
  MigrationHead: text,
  Environment: text,
});
