import type { LocalCloud } from '../cloud/cloud';
import { RehearsalError } from '../errors';
import { connectionStrings } from '../inspect/application';
import { withClient } from '../inspect/session';
import { running } from '../services/databases';
import { bookDamages } from './damage-books';
import { dataDamages } from './damage-data';
import { indexDamages } from './damage-indexes';
import type { Damage } from './damage-type';

export const damages: readonly Damage[] = [...dataDamages, ...indexDamages, ...bookDamages];

export function chooseDamage(name: string): Damage {
  const found = damages.find((each) => each.name === name);
  if (found) return found;
  throw new RehearsalError(
    `There is no damage "${name}"; there is ${damages.map((each) => each.name).join(', ')}, and "list" tells what they do.`,
  );
}

/** Whether a check is one of those that must find it. */
export const finds = ({ foundBy }: Damage, check: string): boolean =>
  foundBy.some((name) => check === name || check.startsWith(`${name}:`));

/** In the application's database, as the admin, who may act as the owner of each table. */
export async function damageDatabase(cloud: LocalCloud, { inDatabase }: Damage): Promise<string | undefined> {
  if (!inDatabase) return undefined;
  const [first] = connectionStrings(cloud).found;
  if (!first) throw new RehearsalError('There is no database to damage: no parameter holds a connection string.');
  const { instance, login } = first;
  const { user, password } = running(instance).master;
  const admin = { user, password: cloud.secrets.passwordFor(instance.address) ?? password, database: login.database };
  return withClient(instance, admin, inDatabase);
}
