import type { Node } from 'libpg-query';

/** BEGIN and COMMIT, however they are spelled; every other transaction command is neither. */
export function transactionStep(node: Node): 'begin' | 'end' | undefined {
  if (!('TransactionStmt' in node)) return undefined;
  const { kind, chain } = node.TransactionStmt;
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return 'begin';
  return kind === 'TRANS_STMT_COMMIT' && chain !== true ? 'end' : undefined;
}

const hasOption = (options: readonly Node[] | undefined, name: string) =>
  (options ?? []).some((option) => 'DefElem' in option && option.DefElem.defname === name);

const alone: Readonly<Record<string, string>> = {
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  AlterSystemStmt: 'ALTER SYSTEM',
};

/** The command, where PostgreSQL refuses to run it inside a transaction block; otherwise undefined. */
export function refusesTransaction(node: Node): string | undefined {
  const kind = Object.keys(node)[0] ?? '';
  if (kind in alone) return alone[kind];
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true ? 'CREATE INDEX CONCURRENTLY' : undefined;
  if ('DropStmt' in node) return node.DropStmt.concurrent === true ? 'DROP INDEX CONCURRENTLY' : undefined;
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd === true ? 'VACUUM' : undefined;
  if ('ClusterStmt' in node) return node.ClusterStmt.relation === undefined ? 'CLUSTER without a table' : undefined;
  if ('ReindexStmt' in node) {
    if (hasOption(node.ReindexStmt.params, 'concurrently')) return 'REINDEX CONCURRENTLY';
    const { kind: what } = node.ReindexStmt;
    return what === 'REINDEX_OBJECT_INDEX' || what === 'REINDEX_OBJECT_TABLE' ? undefined : 'REINDEX of many tables';
  }
  if ('AlterDatabaseStmt' in node) {
    return hasOption(node.AlterDatabaseStmt.options, 'tablespace') ? 'ALTER DATABASE … SET TABLESPACE' : undefined;
  }
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL' ? 'DISCARD ALL' : undefined;
  if ('CreateSubscriptionStmt' in node) return 'CREATE SUBSCRIPTION';
  if ('DropSubscriptionStmt' in node) return 'DROP SUBSCRIPTION';
  if ('AlterTableStmt' in node)
    return (node.AlterTableStmt.cmds ?? []).some(detaches) ? 'DETACH PARTITION CONCURRENTLY' : undefined;
  return undefined;
}

function detaches(command: Node): boolean {
  if (!('AlterTableCmd' in command)) return false;
  const { def } = command.AlterTableCmd;
  return def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true;
}
