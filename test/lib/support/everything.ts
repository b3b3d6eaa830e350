import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import settings from '../../../plinth.config';

const root = join(__dirname, '..', '..', '..');

/** A folder with the default project, in whose production all is switched on that protects a database. */
export function everythingOn(): string {
  const folder = mkdtempSync(join(tmpdir(), 'everything-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'sql'), join(folder, 'sql'), { recursive: true });
  const { prod } = settings.environments;
  const all = {
    ...prod,
    network: { egress: 'nat' },
    drills: { ...prod?.drills, kinds: ['snapshot', 'pointInTime', 'dump'] },
    backups: { ...prod?.backups, dumps: { schedule: 'daily', keepDays: 30 } },
  };
  const environments = { ...settings.environments, prod: all };
  writeFileSync(join(folder, 'plinth.config.json'), JSON.stringify({ ...settings, environments }));
  return folder;
}
