import { OperationError } from '../shared/errors';
import { identifier, literal } from '../shared/identifiers';
import type { DeclaredExtension } from './contract';
import { nearestNames } from './nearest';
import type { Offer } from './offered';
import { compareVersions } from './versions';

export interface ExtensionPlan {
  readonly name: string;
  readonly target: string;
  readonly previous: string | undefined;
  readonly requires: readonly string[];
  /** Undefined when it is there at the right version. */
  readonly sql: string | undefined;
  readonly warning: string | undefined;
}

/** Decides for all of them before one is touched, and tells all that is wrong at once. */
export function planExtensions(
  declared: Readonly<Record<string, DeclaredExtension>>,
  offers: ReadonlyMap<string, Offer>,
): readonly ExtensionPlan[] {
  const complaints: string[] = [];
  const plans = Object.entries(declared).flatMap(([name, wanted]) => {
    try {
      return [plan(name, wanted, offers)];
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      complaints.push(error.message);
      return [];
    }
  });
  for (const { name, requires } of plans) {
    const missing = requires.filter((other) => declared[other] === undefined && !offers.get(other)?.installed);
    if (missing.length === 0) continue;
    complaints.push(`The extension "${name}" needs "${missing.join('" and "')}"; add it to the extensions as well.`);
  }
  if (complaints.length > 0) throw new OperationError(complaints.join('\n'));
  return inOrder(plans);
}

function plan(name: string, wanted: DeclaredExtension, offers: ReadonlyMap<string, Offer>): ExtensionPlan {
  const quoted = identifier(name, 'extension');
  const offer = offers.get(name);
  if (!offer) {
    const near = nearestNames(name, [...offers.keys()]);
    const hint = near.length > 0 ? `; near to it are ${near.join(', ')}` : '';
    throw new OperationError(`This server offers no extension "${name}"${hint}.`);
  }
  const { installed } = offer;
  const target = targetOf(wanted, offer);
  if (!offer.versions.includes(target) && installed !== target) {
    throw new OperationError(`This server does not offer "${name}" ${target}; it offers ${sorted(offer.versions)}.`);
  }
  if (wanted.minimum !== undefined && compareVersions(target, wanted.minimum) < 0) {
    throw new OperationError(
      `The extension "${name}" would be ${target}, below the minimum of ${wanted.minimum}; this server offers ${sorted(offer.versions)}.`,
    );
  }
  const common = {
    name,
    target,
    requires: offer.requires[target] ?? [],
    warning: warningFor(name, target, wanted, offer),
  };
  if (installed === null) {
    const place = offer.fixedSchema.includes(target) ? '' : ' SCHEMA public';
    return { ...common, previous: undefined, sql: `CREATE EXTENSION ${quoted}${place} VERSION ${literal(target)}` };
  }
  if (installed === target) return { ...common, previous: installed, sql: undefined };
  if (compareVersions(target, installed) < 0) {
    throw new OperationError(
      `The extension "${name}" is at ${installed}; it is not taken back to ${target}, which its data may not survive.`,
    );
  }
  if (!offer.reachable.includes(target)) {
    const ways = offer.reachable.length > 0 ? sorted(offer.reachable) : 'no other version';
    throw new OperationError(
      `The extension "${name}" has no update from ${installed} to ${target}; it can go to ${ways}.`,
    );
  }
  return { ...common, previous: installed, sql: `ALTER EXTENSION ${quoted} UPDATE TO ${literal(target)}` };
}

/** Without a version, the server's default, but never an older one than is there. */
function targetOf({ version }: DeclaredExtension, { installed, default: offered }: Offer): string {
  if (version !== undefined) return version;
  return installed !== null && compareVersions(offered, installed) < 0 ? installed : offered;
}

/** What is known of versions that should not be used any more. */
const known: Readonly<Record<string, string>> = {
  vector: 'below 0.8.2 it has CVE-2026-3172',
};

function warningFor(name: string, target: string, { warnBelow }: DeclaredExtension, offer: Offer): string | undefined {
  if (warnBelow === undefined || compareVersions(target, warnBelow) >= 0) return undefined;
  const why = known[name] ? ` (${known[name]})` : '';
  const better = offer.versions.filter((version) => compareVersions(version, warnBelow) >= 0);
  const what =
    better.length > 0
      ? `this server also offers ${sorted(better)}`
      : 'this server offers none that is newer, so bring the server itself up to date';
  return `The extension "${name}" is at ${target}, and ${warnBelow} or newer is advised${why}; ${what}.`;
}

/** What others need comes first. */
function inOrder(plans: readonly ExtensionPlan[]): readonly ExtensionPlan[] {
  const ordered: ExtensionPlan[] = [];
  const visit = (each: ExtensionPlan) => {
    if (ordered.includes(each)) return;
    for (const other of plans) if (each.requires.includes(other.name)) visit(other);
    ordered.push(each);
  };
  for (const each of plans) visit(each);
  return ordered;
}

const sorted = (versions: readonly string[]) => [...versions].sort(compareVersions).join(', ');
