import { members, type Service } from '../cloud/call';
import { ExecutionStop } from '../states';
import type { Execution, Executions, Machine } from './executions';

/** Step Functions' API over the machines and executions that are there. */
export function executionsService(executions: Executions): Service {
  return {
    name: 'states',
    protocol: 'json',
    operations: {
      StartExecution: async (input, call) => {
        const { stateMachineArn, input: text, name } = members(input, ['stateMachineArn', 'input', 'name']);
        call.authorize('states:StartExecution', String(stateMachineArn));
        const given = name === undefined ? undefined : String(name);
        const { arn, started } = executions.start(String(stateMachineArn), String(text ?? '{}'), given);
        return { executionArn: arn, startDate: started };
      },
      StopExecution: async (input, call) => {
        const { executionArn, error, cause } = members(input, ['executionArn', 'error', 'cause']);
        call.authorize('states:StopExecution', String(executionArn));
        const execution = executions.find(String(executionArn));
        execution.stop.abort(new ExecutionStop(asText(error), asText(cause)));
        await execution.ended;
        return { stopDate: execution.stopped };
      },
      DescribeExecution: async (input, call) => {
        const arn = String(members(input, ['executionArn']).executionArn);
        call.authorize('states:DescribeExecution', arn);
        const execution = executions.find(arn);
        const { input: text, output, error, cause } = execution;
        return { ...summaryOf(execution), input: text, output, error, cause };
      },
      GetExecutionHistory: async (input, call) => {
        const known = ['executionArn', 'reverseOrder'] as const;
        const given = members(input, known, ['maxResults', 'includeExecutionData']);
        const arn = String(given.executionArn);
        call.authorize('states:GetExecutionHistory', arn);
        const { history } = executions.find(arn);
        return { events: given.reverseOrder === true ? [...history].reverse() : history };
      },
      ListExecutions: async (input, call) => {
        const known = ['stateMachineArn', 'statusFilter'] as const;
        const { stateMachineArn, statusFilter } = members(input, known, ['maxResults']);
        call.authorize('states:ListExecutions', String(stateMachineArn));
        const all = [...executions.executions.values()].filter(
          ({ machine, status }) =>
            machine.arn === stateMachineArn && (statusFilter === undefined || status === statusFilter),
        );
        return { executions: all.map(summaryOf) };
      },
      SendTaskSuccess: async (input, call) => {
        const { taskToken, output } = members(input, ['taskToken', 'output']);
        call.authorize('states:SendTaskSuccess', executions.tokens.machineOf(String(taskToken)));
        executions.tokens.succeed(String(taskToken), String(output));
        return {};
      },
      SendTaskFailure: async (input, call) => {
        const { taskToken, error, cause } = members(input, ['taskToken', 'error', 'cause']);
        call.authorize('states:SendTaskFailure', executions.tokens.machineOf(String(taskToken)));
        executions.tokens.fail(String(taskToken), asText(error), asText(cause));
        return {};
      },
      SendTaskHeartbeat: async (input, call) => {
        const token = String(members(input, ['taskToken']).taskToken);
        call.authorize('states:SendTaskHeartbeat', executions.tokens.machineOf(token));
        executions.tokens.beat(token);
        return {};
      },
      ListStateMachines: async (input, call) => {
        members(input, [], ['maxResults']);
        call.authorize('states:ListStateMachines', '*');
        return { stateMachines: [...executions.machines.values()].map(machineOf) };
      },
      DescribeStateMachine: async (input, call) => {
        const arn = String(members(input, ['stateMachineArn']).stateMachineArn);
        call.authorize('states:DescribeStateMachine', arn);
        const machine = executions.machine(arn);
        return { ...machineOf(machine), definition: machine.definition, roleArn: machine.roleArn, status: 'ACTIVE' };
      },
    },
  };
}

const asText = (value: unknown) => (value === undefined ? undefined : String(value));

const machineOf = ({ arn, name, type }: Machine) => ({ stateMachineArn: arn, name, type });

const summaryOf = ({ arn, name, machine, status, started, stopped }: Execution) => ({
  executionArn: arn,
  stateMachineArn: machine.arn,
  name,
  status,
  startDate: started,
  stopDate: stopped,
});
