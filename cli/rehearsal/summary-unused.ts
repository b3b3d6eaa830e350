import type { Names } from '../../rehearsal/names';
import type { Report } from '../../rehearsal/report';
import { type Look, wrapped } from './text';

const mostGroups = 8;

/** What is granted or opened and was never needed; roles that have the same left over share a line. */
export function unusedLines({ permissions, unusedRoutes }: Report, names: Names, { paint, columns }: Look): string[] {
  const groups = new Map<string, string[]>();
  for (const { holder, kind, acted, grants } of permissions) {
    if (kind !== 'role' || !acted) continue;
    const left = grants.filter(({ used, effect }) => !used && effect === 'Allow').map(({ action }) => action);
    if (left.length === 0) continue;
    const key = shortened([...new Set(left)]).join(', ');
    groups.set(key, [...(groups.get(key) ?? []), names.resource(holder)]);
  }
  const lines = [...groups].flatMap(([actions, roles]) => wrapped(`  ${actions}: ${listed(roles)}`, columns, 4));
  const idle = permissions.filter(({ kind, acted }) => kind === 'role' && !acted);
  const more = groups.size - mostGroups;
  return [
    ...(lines.length > 0 || idle.length > 0 ? ['', paint('bold', 'Granted, never used')] : []),
    ...lines.slice(0, more > 0 ? mostGroups : undefined),
    ...(more > 0 ? ['  and more, in the report'] : []),
    ...(idle.length > 0
      ? wrapped(`  no call at all: ${listed(idle.map(({ holder }) => names.resource(holder)))}`, columns, 4)
      : []),
    ...(unusedRoutes.length > 0
      ? [
          '',
          paint('bold', 'Opened, never used'),
          ...wrapped(`  ${listed(unusedRoutes.map((route) => names.place(route)))}`, columns, 4),
        ]
      : []),
  ];
}

const listed = (all: readonly string[]): string =>
  all.length <= 4 ? all.join(', ') : `${all.slice(0, 3).join(', ')} and ${all.length - 3} more`;

/** `logs:A, B, C` rather than `logs:A, logs:B, logs:C`. */
function shortened(actions: readonly string[]): string[] {
  let service = '';
  return actions.map((action) => {
    const [before = '', name = ''] = action.split(':');
    const text = before === service ? name : action;
    service = before;
    return text;
  });
}
