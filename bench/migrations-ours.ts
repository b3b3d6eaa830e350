// Ours as a program: what a Lambda does in one call, bundled as a Lambda is.
import { loadMigrations, readMigrationFolder } from '../lambdas/migrations/files';
import { up } from '../lambdas/migrations/up';
import { withSession } from '../lambdas/shared/database';

const { target, folder } = JSON.parse(process.env['PLINTH_BENCH'] ?? '') as {
  target: Parameters<typeof withSession>[0];
  folder: string;
};
const start = performance.now();
const run = async () => {
  const set = loadMigrations(await readMigrationFolder(folder));
  await withSession(target, { applicationName: 'bench' }, (session) => up(session, set));
};
run().then(() => process.stdout.write(String(performance.now() - start)));
