import { identifier } from '../shared/identifiers';
import type { Metric, Storage, VectorIndex } from './contract';
import { columnSql, tableSql } from './names';

/** What the column is: its type without the dimension, and the dimension if the type has one. */
export interface ColumnType {
  readonly type: 'vector' | 'halfvec' | 'bit';
  readonly dimensions: number | undefined;
  /** The schema that the extension lives in. Every name of pgvector's is written with it, whatever the search_path. */
  readonly extensionSchema: string;
}

const operators: Readonly<Record<Metric, string>> = {
  cosine: '<=>',
  l2: '<->',
  ip: '<#>',
  l1: '<+>',
  hamming: '<~>',
  jaccard: '<%>',
};

export const operatorClass = (storage: Storage, metric: Metric): string => `${storage}_${metric}_ops`;

/** The type of the value in the index, and of the vector that is searched for. */
export function searchType(index: VectorIndex, column: ColumnType): string {
  return `${typeName(index.storage, column.extensionSchema)}(${index.dimensions})`;
}

// bit is PostgreSQL's own; the others are pgvector's.
const typeName = (storage: Storage, schema: string) =>
  storage === 'bit' ? 'pg_catalog.bit' : `${identifier(schema)}.${storage}`;

/** What is indexed: the column as it is, or cast to what the index stores. */
export function indexedExpression(index: VectorIndex, column: ColumnType): string {
  const plain = columnSql(index);
  if (column.type === index.storage && column.dimensions === index.dimensions) return plain;
  const source =
    index.storage === 'bit' && column.type !== 'bit'
      ? `${identifier(column.extensionSchema)}.binary_quantize(${plain})`
      : plain;
  return `((${source})::${searchType(index, column)})`;
}

/** `expression operator $n`: the distance, as a query must write it for the index to serve it. */
export function distance(index: VectorIndex, column: ColumnType, parameter: string): string {
  const operator = `OPERATOR(${identifier(column.extensionSchema)}.${operators[index.metric]})`;
  return `${indexedExpression(index, column)} ${operator} ${parameter}`;
}

/** The same for people, who have the extension on their search_path. */
export function orderBy(index: VectorIndex, column: ColumnType): string {
  const short = { ...column, extensionSchema: 'x' };
  const expression = indexedExpression(index, short).replaceAll('"x".', '').replaceAll('pg_catalog.', '');
  const searched = index.storage === 'bit' && column.type !== 'bit' ? 'binary_quantize($1)' : '$1';
  return `${expression} ${operators[index.metric]} ${searched}`;
}

export const whereSql = ({ where }: VectorIndex): string => (where === undefined ? '' : ` WHERE (${where})`);

/** The parameters of the index; `lists` is a number by now. */
export function parameters(index: VectorIndex, lists: number): Readonly<Record<string, number>> {
  return index.method === 'ivfflat' ? { lists } : { m: index.m, ef_construction: index.efConstruction };
}

export interface CreateIndex {
  readonly name: string;
  readonly concurrently: boolean;
  readonly lists: number;
  /** Another table of the same columns, to try a declaration on. */
  readonly table?: string;
}

export function createIndexSql(index: VectorIndex, column: ColumnType, how: CreateIndex): string {
  const settings = Object.entries(parameters(index, how.lists)).map(([name, value]) => `${name} = ${value}`);
  const operatorClassSql = `${identifier(column.extensionSchema)}.${operatorClass(index.storage, index.metric)}`;
  return [
    `CREATE INDEX ${how.concurrently ? 'CONCURRENTLY ' : ''}${identifier(how.name, 'index')}`,
    `ON ${how.table ?? tableSql(index)}`,
    `USING ${index.method} (${indexedExpression(index, column)} ${operatorClassSql})`,
    `WITH (${settings.join(', ')})${whereSql(index)}`,
  ].join(' ');
}
