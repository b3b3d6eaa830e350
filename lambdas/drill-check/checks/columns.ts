import { quote } from '../../app-database/roles-plan';
import { identifier } from '../../shared/identifiers';
import { readColumn } from '../../vector-indexes/column';
import { count, rowsText } from '../../vector-indexes/words';
import type { Reading, ReadingCheck } from '../check';
import { samplingOf, tableExists, tableSql } from './sampling';

// A vector of 1,536 dimensions is 6 KB and lies beside its row: this reads some forty thousand of them.
const vectorBytes = 256 * 1024 * 1024;

/** What the type of each indexed column says, and what its rows say: a column may take vectors of any dimension. */
export const dimensions = ({ input }: Pick<Reading, 'input'>): readonly ReadingCheck[] =>
  Object.entries(input.Expected.VectorIndexes).map(([name, index]) => {
    const column = `${index.table.schema}.${index.table.name}.${index.column}`;
    return {
      name: `dimensions:${name}`,
      title: `The vectors in ${column} have ${count(index.dimensions)} dimensions`,
      expected: `${count(index.dimensions)} dimensions, by the type of the column and in every row.`,
      run: async ({ session }) => {
        const { type, dimensions: typed, extensionSchema } = await readColumn(session, name, index);
        const { sql, words } = await samplingOf(session, index.table, vectorBytes, true);
        const plain = quote(index.column);
        const measure = type === 'bit' ? `length(${plain})` : `${identifier(extensionSchema)}.vector_dims(${plain})`;
        const { rows } = await session.query<{ dimensions: number | null; rows: number }>(
          `SELECT ${measure} AS dimensions, count(*)::float8 AS rows FROM ${tableSql(index.table)}${sql}
           GROUP BY 1 ORDER BY 2 DESC LIMIT 20`,
        );
        const odd = rows.filter((each) => each.dimensions !== null && each.dimensions !== index.dimensions);
        const shown = rows.map((each) => `${rowsText(each.rows)} of ${each.dimensions ?? 'none (NULL)'}`).join(', ');
        const declared = typed === undefined ? `${type} without a dimension` : `${type}(${typed})`;
        return {
          passed: odd.length === 0 && typed === index.dimensions,
          found: `The type is ${declared}; by ${words}: ${shown || 'no row'}.`,
          evidence: {
            Type: declared,
            Read: words,
            Rows: rows.map((each) => ({ Dimensions: each.dimensions, Rows: each.rows })),
          },
        };
      },
    };
  });

/** Where the config says that a column holds no NULL. */
export const noNulls = ({ input }: Pick<Reading, 'input'>): readonly ReadingCheck[] =>
  input.Checks.noNulls.length === 0
    ? []
    : [
        {
          name: 'no-nulls',
          title: 'The columns that must hold a value do',
          expected: `No NULL in ${input.Checks.noNulls.join(', ')}.`,
          run: async ({ session }) => {
            const told: { Column: string; Nulls: number | null; Read: string }[] = [];
            for (const text of input.Checks.noNulls) {
              const [schema = '', name = '', column = ''] = text.split('.');
              const table = { schema, name };
              if (!(await tableExists(session, table))) {
                told.push({ Column: text, Nulls: null, Read: 'there is no such table' });
                continue;
              }
              const { sql, words } = await samplingOf(session, table, input.Checks.exactRowsUpToMiB * 1024 * 1024);
              const { rows } = await session.query<{ nulls: number }>(
                `SELECT count(*)::float8 AS nulls FROM ${tableSql(table)}${sql} WHERE ${quote(column)} IS NULL`,
              );
              told.push({ Column: text, Nulls: rows[0]?.nulls ?? null, Read: words });
            }
            return {
              passed: told.every(({ Nulls }) => Nulls === 0),
              found: told
                .map(
                  ({ Column, Nulls, Read }) =>
                    `${Column}: ${Nulls === null ? Read : `${count(Nulls)} NULL, by ${Read}`}`,
                )
                .join('; '),
              evidence: { Columns: told },
            };
          },
        },
      ];
