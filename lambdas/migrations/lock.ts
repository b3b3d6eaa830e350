import type { AlterTableCmd, AlterTableType, Node } from 'libpg-query';
import { listName, stringsOf, tableName } from './sql/tree';

/** The table locks of PostgreSQL that a migration can take, from the weakest to the strongest. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;
export type LockMode = (typeof lockModes)[number];

export interface Lock {
  readonly table: string;
  readonly mode: LockMode;
}

/** What other sessions cannot do to the table while the lock is held. */
export function blocks(mode: LockMode): 'reads and writes' | 'writes' | 'other schema changes' | 'nothing' {
  const rank = lockModes.indexOf(mode);
  if (rank === lockModes.length - 1) return 'reads and writes';
  if (rank >= lockModes.indexOf('SHARE')) return 'writes';
  return rank === lockModes.indexOf('SHARE UPDATE EXCLUSIVE') ? 'other schema changes' : 'nothing';
}

export function strongest(locks: readonly Lock[]): LockMode | undefined {
  const ranks = locks.map(({ mode }) => lockModes.indexOf(mode));
  return ranks.length === 0 ? undefined : lockModes[Math.max(...ranks)];
}

const gentle: readonly AlterTableType[] = [
  'AT_ValidateConstraint',
  'AT_SetStatistics',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_AttachPartition',
];
const triggers: readonly AlterTableType[] = [
  'AT_EnableTrig',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
  'AT_EnableTrigAll',
  'AT_EnableTrigUser',
  'AT_DisableTrig',
  'AT_DisableTrigAll',
  'AT_DisableTrigUser',
];

/** ALTER TABLE takes, for all of it, the strongest lock that one of its actions needs. */
function alterMode({ subtype, def }: AlterTableCmd): LockMode {
  if (subtype === undefined) return 'ACCESS EXCLUSIVE';
  if (gentle.includes(subtype)) return 'SHARE UPDATE EXCLUSIVE';
  if (triggers.includes(subtype)) return 'SHARE ROW EXCLUSIVE';
  if (subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') return optionsMode(def);
  if (subtype === 'AT_SetOptions' || subtype === 'AT_ResetOptions') return 'SHARE UPDATE EXCLUSIVE';
  if (subtype === 'AT_DetachPartition' && def !== undefined && 'PartitionCmd' in def) {
    return def.PartitionCmd.concurrent === true ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  }
  if (subtype === 'AT_DetachPartitionFinalize') return 'SHARE UPDATE EXCLUSIVE';
  if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def) {
    return def.Constraint.contype === 'CONSTR_FOREIGN' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  }
  return 'ACCESS EXCLUSIVE';
}

/** `user_catalog_table` is the one storage parameter of a table that shuts everybody out. */
function optionsMode(def: Node | undefined): LockMode {
  const names = def !== undefined && 'List' in def ? (def.List.items ?? []) : [];
  const strict = names.some((item) => 'DefElem' in item && item.DefElem.defname === 'user_catalog_table');
  return strict ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
}

/** Tables that the action touches beside its own: what a foreign key refers to, a partition that comes or goes. */
function alsoLocked({ subtype, def }: AlterTableCmd): Lock[] {
  if (def === undefined) return [];
  if ('Constraint' in def && def.Constraint.contype === 'CONSTR_FOREIGN') return referenced([def]);
  if ('ColumnDef' in def) return referenced(def.ColumnDef.constraints);
  if ('PartitionCmd' in def) {
    const concurrent = def.PartitionCmd.concurrent === true || subtype === 'AT_DetachPartitionFinalize';
    return concurrent ? [] : [{ table: tableName(def.PartitionCmd.name), mode: 'ACCESS EXCLUSIVE' }];
  }
  return [];
}

function referenced(nodes: readonly Node[] | undefined): Lock[] {
  return (nodes ?? []).flatMap((node): Lock[] =>
    'Constraint' in node && node.Constraint.contype === 'CONSTR_FOREIGN'
      ? [{ table: tableName(node.Constraint.pktable), mode: 'SHARE ROW EXCLUSIVE' }]
      : [],
  );
}

const ranges = (nodes: readonly Node[] | undefined, mode: LockMode): Lock[] =>
  (nodes ?? []).flatMap((node) => ('RangeVar' in node ? [{ table: tableName(node.RangeVar), mode }] : []));

const concurrently = (params: readonly Node[] | undefined, name: string) =>
  (params ?? []).some((node) => 'DefElem' in node && node.DefElem.defname === name);

/**
 * The locks on tables that existed before the statement, as far as its text shows them: DROP INDEX also locks the table
 * of the index, CASCADE whatever depends, and no text names those.
 */
export function locksOf(node: Node): Lock[] {
  if ('AlterTableStmt' in node) {
    const { relation, cmds, objtype } = node.AlterTableStmt;
    if (objtype !== 'OBJECT_TABLE') return [];
    const actions = (cmds ?? []).flatMap((command) => ('AlterTableCmd' in command ? [command.AlterTableCmd] : []));
    const mode = strongest(actions.map((action) => ({ table: '', mode: alterMode(action) }))) ?? 'ACCESS EXCLUSIVE';
    return [{ table: tableName(relation), mode }, ...actions.flatMap(alsoLocked)];
  }
  if ('IndexStmt' in node) {
    const { relation, concurrent } = node.IndexStmt;
    return [{ table: tableName(relation), mode: concurrent === true ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE' }];
  }
  if ('DropStmt' in node) {
    if (node.DropStmt.removeType === 'OBJECT_TABLE' || node.DropStmt.removeType === 'OBJECT_MATVIEW') {
      return (node.DropStmt.objects ?? []).map((object) => ({ table: listName(object), mode: 'ACCESS EXCLUSIVE' }));
    }
    // DROP TRIGGER, RULE and POLICY name the table before the object.
    if (['OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY'].includes(node.DropStmt.removeType ?? '')) {
      return (node.DropStmt.objects ?? []).map((object) => {
        const parts = 'List' in object ? stringsOf(object.List.items).slice(0, -1) : [];
        return { table: parts.filter((part, i) => i > 0 || part !== 'public').join('.'), mode: 'ACCESS EXCLUSIVE' };
      });
    }
    return [];
  }
  if ('CreateStmt' in node) {
    const columns = (node.CreateStmt.tableElts ?? []).flatMap((element) =>
      'ColumnDef' in element ? (element.ColumnDef.constraints ?? []) : [element],
    );
    const parents = node.CreateStmt.inhRelations;
    return [
      ...referenced(columns),
      ...ranges(parents, node.CreateStmt.partbound === undefined ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE'),
    ];
  }
  if ('TruncateStmt' in node) return ranges(node.TruncateStmt.relations, 'ACCESS EXCLUSIVE');
  if ('RenameStmt' in node) {
    const { renameType, relationType, relation } = node.RenameStmt;
    const isTable =
      renameType === 'OBJECT_TABLE' || relationType === 'OBJECT_TABLE' || renameType === 'OBJECT_TABCONSTRAINT';
    return isTable ? [{ table: tableName(relation), mode: 'ACCESS EXCLUSIVE' }] : [];
  }
  if ('AlterObjectSchemaStmt' in node && node.AlterObjectSchemaStmt.objectType === 'OBJECT_TABLE') {
    return [{ table: tableName(node.AlterObjectSchemaStmt.relation), mode: 'ACCESS EXCLUSIVE' }];
  }
  if ('CreateTrigStmt' in node)
    return [{ table: tableName(node.CreateTrigStmt.relation), mode: 'SHARE ROW EXCLUSIVE' }];
  if ('RuleStmt' in node) return [{ table: tableName(node.RuleStmt.relation), mode: 'ACCESS EXCLUSIVE' }];
  if ('CreatePolicyStmt' in node) return [{ table: tableName(node.CreatePolicyStmt.table), mode: 'ACCESS EXCLUSIVE' }];
  if ('AlterPolicyStmt' in node) return [{ table: tableName(node.AlterPolicyStmt.table), mode: 'ACCESS EXCLUSIVE' }];
  if ('ClusterStmt' in node && node.ClusterStmt.relation !== undefined) {
    return [{ table: tableName(node.ClusterStmt.relation), mode: 'ACCESS EXCLUSIVE' }];
  }
  if ('ReindexStmt' in node && node.ReindexStmt.kind === 'REINDEX_OBJECT_TABLE') {
    const mode = concurrently(node.ReindexStmt.params, 'concurrently') ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
    return [{ table: tableName(node.ReindexStmt.relation), mode }];
  }
  if ('VacuumStmt' in node) {
    const mode = concurrently(node.VacuumStmt.options, 'full') ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
    return (node.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? [{ table: tableName(rel.VacuumRelation.relation), mode }] : [],
    );
  }
  if ('RefreshMatViewStmt' in node) {
    const { relation, concurrent } = node.RefreshMatViewStmt;
    return [{ table: tableName(relation), mode: concurrent === true ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE' }];
  }
  // LOCK's own numbering begins with 1 for ACCESS SHARE, which is what it means when it names no mode: 8.
  if ('LockStmt' in node)
    return ranges(node.LockStmt.relations, lockModes[(node.LockStmt.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE');
  if ('UpdateStmt' in node) return [{ table: tableName(node.UpdateStmt.relation), mode: 'ROW EXCLUSIVE' }];
  if ('DeleteStmt' in node) return [{ table: tableName(node.DeleteStmt.relation), mode: 'ROW EXCLUSIVE' }];
  if ('InsertStmt' in node) return [{ table: tableName(node.InsertStmt.relation), mode: 'ROW EXCLUSIVE' }];
  if ('MergeStmt' in node) return [{ table: tableName(node.MergeStmt.relation), mode: 'ROW EXCLUSIVE' }];
  if ('CopyStmt' in node && node.CopyStmt.is_from === true) {
    return [{ table: tableName(node.CopyStmt.relation), mode: 'ROW EXCLUSIVE' }];
  }
  if ('CommentStmt' in node && node.CommentStmt.objtype === 'OBJECT_TABLE' && node.CommentStmt.object !== undefined) {
    return [{ table: listName(node.CommentStmt.object), mode: 'SHARE UPDATE EXCLUSIVE' }];
  }
  return [];
}
