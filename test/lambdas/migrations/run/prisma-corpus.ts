// A history as Prisma writes one over three years: 320 folders of tables, enums that are redefined, foreign keys,
// columns that come and go, indexes built CONCURRENTLY, data that is moved, functions and triggers written by hand.

const plural = ['User', 'Team', 'Project', 'Invoice', 'Comment', 'Booking', 'Event', 'Survey', 'Answer', 'Tag'];
const table = (i: number) => `${plural[i % plural.length]}${i}`;

const createTable = (i: number) => `-- CreateTable
CREATE TABLE "${table(i)}" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "email" TEXT,
    "amount" DECIMAL(65,30) NOT NULL DEFAULT 0,
    "meta" JSONB NOT NULL DEFAULT '{}',
    "labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "counter" SERIAL NOT NULL,

    CONSTRAINT "${table(i)}_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "${table(i)}_email_key" ON "${table(i)}"("email");
`;

const foreignKey = (i: number, to: number) => `-- AlterTable
ALTER TABLE "${table(i)}" ADD COLUMN     "${table(to)}Id" TEXT;

-- AddForeignKey
ALTER TABLE "${table(i)}" ADD CONSTRAINT "${table(i)}_${table(to)}Id_fkey" FOREIGN KEY ("${table(to)}Id") REFERENCES "${table(to)}"("id") ON DELETE SET NULL ON UPDATE CASCADE;
`;

const createEnum = (i: number) => `-- CreateEnum
CREATE TYPE "Status${i}" AS ENUM ('DRAFT', 'OPEN', 'it''s; done');

-- AlterTable
ALTER TABLE "${table(i)}" ADD COLUMN     "status" "Status${i}" NOT NULL DEFAULT 'DRAFT';
`;

/** As Prisma itself writes it, with a transaction of its own. */
const redefineEnum = (i: number) => `-- AlterEnum
BEGIN;
CREATE TYPE "Status${i}_new" AS ENUM ('DRAFT', 'OPEN', 'CLOSED');
ALTER TABLE "${table(i)}" ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE "${table(i)}" ALTER COLUMN "status" TYPE "Status${i}_new" USING ("status"::text::"Status${i}_new");
ALTER TYPE "Status${i}" RENAME TO "Status${i}_old";
ALTER TYPE "Status${i}_new" RENAME TO "Status${i}";
DROP TYPE "Status${i}_old";
ALTER TABLE "${table(i)}" ALTER COLUMN "status" SET DEFAULT 'OPEN';
COMMIT;
`;

const byHand = (i: number) => `-- written by hand; a semicolon in a comment
CREATE OR REPLACE FUNCTION "touch${i}"() RETURNS TRIGGER AS $body$
BEGIN
  NEW."updatedAt" = now(); -- it's quoted; oddly
  RETURN NEW;
END;
$body$ LANGUAGE plpgsql;
CREATE TRIGGER "touch${i}" BEFORE UPDATE ON "${table(i)}" FOR EACH ROW EXECUTE FUNCTION "touch${i}"();
CREATE VIEW "Recent${i}" AS SELECT "id", "email" FROM "${table(i)}" WHERE "createdAt" > now() - interval '7 days';
COMMENT ON COLUMN "${table(i)}"."meta" IS 'what it''s for; see the "docs"'
`;

const moveData = (i: number) => `/*
  Warnings:
  - You are about to drop the column \`amount\` on the table; all the data in the column will be lost.
*/
INSERT INTO "${table(i)}" ("id", "updatedAt", "email") VALUES ('x${i}', now(), 'a@example.org'), ('y${i}', now(), NULL);
-- AlterTable
ALTER TABLE "${table(i)}" ADD COLUMN     "amountCents" BIGINT;
UPDATE "${table(i)}" SET "amountCents" = ("amount" * 100)::bigint;
ALTER TABLE "${table(i)}" DROP COLUMN "amount", ALTER COLUMN "amountCents" SET NOT NULL;
`;

const concurrently = (i: number) => `-- CreateIndex
CREATE INDEX CONCURRENTLY IF NOT EXISTS "${table(i)}_createdAt_idx" ON "${table(i)}"("createdAt" DESC, "email") WHERE "email" IS NOT NULL;
`;

const alterEnum = (i: number) => `-- AlterEnum
ALTER TYPE "Status${i}" ADD VALUE 'ARCHIVED' BEFORE 'OPEN';
`;

const kinds = [createTable, createEnum, byHand, moveData, concurrently, alterEnum, redefineEnum];

/** Eight folders for each of forty tables. */
export function prismaCorpus(tables = 40): Record<string, string> {
  const files: Record<string, string> = { 'migration_lock.toml': 'provider = "postgresql"\n' };
  let second = 0;
  for (let i = 0; i < tables; i++) {
    const texts = [...kinds.map((kind) => kind(i)), i === 0 ? '-- This is an empty migration.' : foreignKey(i, i - 1)];
    for (const text of texts) {
      const time = new Date(Date.UTC(2022, 0, 1) + second++ * 86_400_000).toISOString().replace(/\D/g, '').slice(0, 14);
      files[`${time}_change_${second}/migration.sql`] = text;
    }
  }
  return files;
}
