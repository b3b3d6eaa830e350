import { readScript } from '../../../lambdas/migrations/script';

const plain = (text: string) => readScript({ path: '1_x.sql', text }, 'plain', []);
const prisma = (text: string) => readScript({ path: '1_x/migration.sql', text }, 'prisma', []);

describe('readScript', () => {
  it('gives each statement with its place, its kind and its text without the semicolon', async () => {
    const { statements } = await plain('\uFEFF-- ü\nCREATE TABLE t (a int);\r\n\tINSERT INTO t VALUES (1) ;');
    expect(statements.map(({ node, allows, ...rest }) => rest)).toEqual([
      {
        text: 'CREATE TABLE t (a int)',
        offset: 5,
        line: 2,
        column: 1,
        kind: 'CreateStmt',
        insideOwnTransaction: false,
      },
      {
        text: 'INSERT INTO t VALUES (1)',
        offset: 31,
        line: 3,
        column: 2,
        kind: 'InsertStmt',
        insideOwnTransaction: false,
      },
    ]);
  });

  it('sends a plain file as it stands, without its byte order mark', async () => {
    const text = 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\r\nSELECT 1 \r\n$$;\r\n';
    expect((await plain(`\uFEFF${text}`)).sendable).toBe(text);
  });

  it("blanks the BEGIN and COMMIT of Prisma's, so that the file is one transaction and every offset stays", async () => {
    const text = '-- AlterEnum\nBEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;';
    const script = await prisma(text);
    expect(script.transaction).toBe('file');
    expect(script.sendable).toBe('-- AlterEnum\n     ;\nSELECT 1;\n      ;\nSELECT 2;');
    expect(script.statements.map(({ insideOwnTransaction }) => insideOwnTransaction)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it("leaves them in a file of Prisma's that holds what needs no transaction, and runs each statement by itself", async () => {
    const text = 'CREATE INDEX CONCURRENTLY i ON t (a);\nBEGIN;\nSELECT 1;\nCOMMIT;';
    expect(await prisma(text)).toMatchObject({ transaction: 'none', sendable: text });
  });

  it('says of a statement that is too large to check that it is, and does not try', async () => {
    const { syntaxErrors } = await plain(`SELECT 1;\nSELECT '${'x'.repeat(16_000_000)}';`);
    expect(syntaxErrors).toEqual([
      {
        error: 'the statement has 16000009 characters, and 16000000 can be checked',
        help: 'Split it, or load large data by a job after the deploy.',
        offset: 10,
      },
    ]);
  });

  it('goes on behind a syntax error', async () => {
    const { syntaxErrors, statements } = await plain('SELEC 1;\nSELECT 2;\nSELECT FROM WHERE;');
    expect(statements.map(({ line }) => line)).toEqual([2]);
    expect(syntaxErrors.map(({ offset }) => offset)).toEqual([0, 31]);
  });
});
