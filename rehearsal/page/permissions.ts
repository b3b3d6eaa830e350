import type { Permissions } from '../iam/permissions';
import type { Names } from '../names';
import type { Report } from '../report';
import { plural } from './format';
import { type Html, html, section, table } from './html';

type State = 'refused' | 'used' | 'denied' | 'unused';
interface Cell {
  readonly state: State;
  readonly statements: readonly string[];
}

const marks: Readonly<Record<State, string>> = { used: '●', unused: '○', denied: '⊘', refused: '✗' };
const words: Readonly<Record<State, string>> = {
  used: 'granted and used',
  unused: 'granted, never used',
  denied: 'denied by a policy',
  refused: 'refused',
};

/** Roles across, actions down. */
export function permissions(report: Report, names: Names): Html {
  const roles = report.permissions.filter(({ kind }) => kind === 'role');
  if (roles.length === 0) return section('permissions', 'Permissions', 'No role stood at the end.');
  const cells = new Map(roles.map((role) => [role.holder, cellsOf(role, report)]));
  const actions = [...new Set([...cells.values()].flatMap((row) => [...row.keys()]))].sort();
  const lead = `What each role may do, and whether a call needed it. ${
    report.refusals.length === 0 ? 'Nothing was refused.' : `${plural(report.refusals.length, 'call')} refused.`
  }`;
  return section(
    'permissions',
    'Permissions',
    lead,
    report.refusals.length > 0 &&
      html`<ul class="failures">${[...new Set(report.refusals.map(({ reason }) => reason))].map((reason) => html`<li>${reason}</li>`)}</ul>`,
    html`<ul class="legend">${(['used', 'unused', 'denied', 'refused'] as const).map((state) => html`<li><b class="mark ${state}">${marks[state]}</b> ${words[state]}</li>`)}</ul>
<div class="scroll" tabindex="0" role="region" aria-label="Permission matrix"><table class="matrix"><thead><tr><th scope="col">action</th>${roles.map(
      ({ holder, acted }) =>
        html`<th scope="col" class="role${acted ? '' : ' idle'}" title="${names.resource(holder)}${acted ? '' : ': made no call'}"><span>${shortRole(names.resource(holder))}</span></th>`,
    )}</tr></thead><tbody data-roving role="group" aria-label="Actions and roles">${actions.map((action, row) => rowOf(action, row, actions, roles, cells, names))}</tbody></table></div>
<p class="told" role="status" data-told="permissions"></p>`,
    leftOver(roles, names),
    ofResources(report, names),
  );
}

function rowOf(
  action: string,
  at: number,
  actions: readonly string[],
  roles: readonly Permissions[],
  cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>,
  names: Names,
): Html {
  const service = (text = '') => text.split(':')[0];
  const begins = at === 0 || service(actions[at - 1]) !== service(action);
  return html`<tr class="${begins && 'begins'}"><th scope="row">${action}</th>${roles.map(({ holder }) => {
    const cell = cells.get(holder)?.get(action);
    if (!cell) return html`<td></td>`;
    const where = cell.statements.map((statement) => names.place(statement)).join('; ');
    const told = `${names.resource(holder)}, ${action}: ${words[cell.state]}${where === '' ? '' : `, by ${where}`}`;
    return html`<td><b class="mark ${cell.state}" tabindex="-1" role="img" aria-label="${told}" data-tell="permissions">${marks[cell.state]}</b></td>`;
  })}</tr>`;
}

/** Every action of a role, its statements taken together. */
function cellsOf({ holder, grants }: Permissions, { refusals, resources }: Report): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { action, used, effect, statement } of grants) {
    const there = cells.get(action);
    const state: State = effect === 'Deny' ? 'denied' : used ? 'used' : 'unused';
    const order: readonly State[] = ['refused', 'used', 'denied', 'unused'];
    const stronger = there && order.indexOf(there.state) < order.indexOf(state) ? there.state : state;
    cells.set(action, { state: stronger, statements: [...new Set([...(there?.statements ?? []), statement])] });
  }
  const role = resources.find(({ stack, logicalId }) => `${stack}/${logicalId}` === holder);
  for (const { roleArn, action, by } of refusals) {
    if (roleArn.split('/').at(-1) === role?.id) cells.set(action, { state: 'refused', statements: by });
  }
  return cells;
}

const shortRole = (name: string) => name.replace(/\/(Role|ServiceRole)$/, '');

function leftOver(roles: readonly Permissions[], names: Names): Html | undefined {
  const rows = roles.flatMap(({ holder, acted, grants }) =>
    grants
      .filter(({ used, effect }) => acted && !used && effect === 'Allow')
      .map(({ action, resources, statement }) => [
        names.resource(holder),
        action,
        html`<span class="arns">${resources.join('\n')}</span>`,
        names.place(statement),
      ]),
  );
  if (rows.length === 0) return undefined;
  return html`<details><summary>Granted, never used: ${plural(rows.length, 'action')}</summary>${table(
    'Granted, never used',
    ['role', 'action', 'on', 'statement'],
    rows,
  )}</details>`;
}

function ofResources({ permissions }: Report, names: Names): Html | undefined {
  const rows = permissions.flatMap(({ holder, kind, grants }) =>
    kind === 'role'
      ? []
      : grants.map(({ action, effect, used }) => [
          names.resource(holder),
          effect === 'Deny' ? `denies ${action}` : action,
          html`<b class="mark ${used ? 'used' : 'unused'}">${used ? '●' : '○'}</b> ${used ? 'used' : 'not needed'}`,
        ]),
  );
  if (rows.length === 0) return undefined;
  return html`<details><summary>Policies of resources: ${plural(rows.length, 'action')}</summary>${table(
    'Policies of resources',
    ['resource', 'action', ''],
    rows,
  )}</details>`;
}
