import type { Account, StackState } from './account';
import type { LocalCloud } from './cloud/cloud';
import type { ReportedExecution, ReportedResource, ReportedStep } from './report';
import { recordedTypes } from './resources/recorded';
import type { Execution } from './services/executions';
import type { ExecutionEvent } from './states';
import { dependenciesOf, importsOf } from './template/references';
import type { TemplateResource } from './template/template';

/** What is deployed, with what each needs: in its own stack, and behind the exports of others. */
export function resourcesOf(account: Account): ReportedResource[] {
  const exporters = exportersOf(account);
  return [...account.stacks.values()].flatMap((stack) =>
    [...stack.resources.values()].map(({ logicalId, type, id }): ReportedResource => {
      const declared = stack.template.resources[logicalId];
      const path = declared && pathOf(declared);
      const needs = declared ? needsOf(declared, stack, exporters) : [];
      const kind = recordedTypes.includes(type) ? 'recorded' : 'real';
      return { stack: stack.name, logicalId, type, id, kind, needs, ...(path !== undefined && { path }) };
    }),
  );
}

function needsOf(declared: TemplateResource, stack: StackState, exporters: ReadonlyMap<string, string[]>): string[] {
  const own = [...dependenciesOf(declared, stack.template)].map((need) => `${stack.name}/${need}`);
  const others = [...importsOf(declared.Properties)].flatMap((name) => exporters.get(name) ?? []);
  return [...new Set([...own, ...others])];
}

/** `stack/logicalId` of the resources behind each export. */
function exportersOf(account: Account): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, template } of account.stacks.values()) {
    for (const { Value, Export } of Object.values(template.outputs)) {
      if (typeof Export?.Name !== 'string') continue;
      const behind = dependenciesOf({ Type: 'Output', Properties: { Value } }, template);
      found.set(
        Export.Name,
        [...behind].map((id) => `${name}/${id}`),
      );
    }
  }
  return found;
}

/** As the CDK writes it down, less the stack, and less the names that stand for "the thing itself". */
function pathOf({ Metadata }: TemplateResource): string | undefined {
  const path = Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return undefined;
  const parts = path.split('/').slice(1);
  while (parts.length > 1 && /^(Resource|Default)$/.test(parts.at(-1) ?? '')) parts.pop();
  return parts.length > 0 ? parts.join('/') : undefined;
}

// Enough to read; a machine that loops for a day has twenty-five thousand.
const mostSteps = 300;

export const executionsOf = (cloud: LocalCloud): ReportedExecution[] =>
  [...cloud.executions.executions.values()].map((execution) => {
    const { machine, status, started, stopped, history, error, cause } = execution;
    return {
      machine: machine.name,
      status,
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
      seconds: ((stopped ?? started).getTime() - started.getTime()) / 1000,
      states: history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
      history: history.slice(0, mostSteps).map((event) => stepOf(event, execution)),
      stepsLeftOut: Math.max(0, history.length - mostSteps),
    };
  });

function stepOf(event: ExecutionEvent, { started }: Execution): ReportedStep {
  const state = (event.stateEnteredEventDetails ?? event.stateExitedEventDetails)?.name;
  const details = Object.values(event).find(
    (value): value is { readonly error: string; readonly cause?: string } =>
      typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string',
  );
  return {
    seconds: (event.timestamp.getTime() - started.getTime()) / 1000,
    type: event.type,
    ...(state !== undefined && { state }),
    ...(details && { error: details.cause ? `${details.error}: ${details.cause}` : details.error }),
  };
}
