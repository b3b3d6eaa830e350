import { quote } from '../../app-database/roles-plan';
import { type Finding, failed, type Reading, type ReadingCheck } from '../check';
import { parseSqlChecks, type SqlCheck } from '../sql-checks';

const bool = 16;
// How many rows there are beyond that tells nobody more.
const most = 1_000;

/** The project's own checks. A file that is none is a check that failed. */
export function sqlChecks({ project, input }: Pick<Reading, 'project' | 'input'>): readonly ReadingCheck[] {
  const { checks, problems } = parseSqlChecks(project.checks);
  return [
    ...checks.map(
      (check): ReadingCheck => ({
        ...{ name: `sql:${check.name}`, title: check.title, help: check.help },
        expected: 'No row, or true.',
        run: async ({ session }) => {
          await session.query(`SET LOCAL ROLE ${quote(input.Roles.owner.name)}`);
          return judge(
            await session.query({
              text: `SELECT * FROM (${check.sql}\n) AS "check" LIMIT ${most + 1}`,
              rowMode: 'array',
            }),
            check,
          );
        },
      }),
    ),
    ...problems.map(
      ({ path, message }): ReadingCheck => ({
        ...{
          name: `sql:${path}`,
          title: `sql/checks/${path} can be run`,
          expected: 'One SELECT with a title and a help.',
        },
        run: async () => failed(new Error(message)),
      }),
    ),
  ];
}

interface Answer {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Of the rows only their number is told: what is in them is nobody's evidence. */
function judge({ fields, rows }: Answer, { sql }: SqlCheck): Finding {
  const evidence = { Sql: sql.slice(0, 2_000), Columns: fields.map(({ name }) => name), Rows: rows.length };
  if (fields.length === 1 && fields[0]?.dataTypeID === bool) {
    const value = rows[0]?.[0];
    if (rows.length === 1) {
      return { passed: value === true, found: value === null ? 'null, which is not true.' : `${value}.`, evidence };
    }
    return { passed: false, found: `${number(rows.length)} of a boolean; it must be one.`, evidence };
  }
  return { passed: rows.length === 0, found: rows.length === 0 ? 'No row.' : `${number(rows.length)}.`, evidence };
}

const number = (rows: number) => (rows > most ? `More than ${most} rows` : `${rows} ${rows === 1 ? 'row' : 'rows'}`);
