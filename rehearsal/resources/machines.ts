import type { Authorizer } from '../iam/authorizer';
import type { Executions, Machine } from '../services/executions';
import { DefinitionError } from '../states';
import { mayBeSetUp } from './machine-rights';
import { ResourceFailure, type ResourceRequest, type ResourceType } from './type';

export function machineTypes(executions: Executions, authorizer: Authorizer): Readonly<Record<string, ResourceType>> {
  const define = ({ account, logicalId, properties }: ResourceRequest, name: string) => {
    const type = (properties['StateMachineType'] ?? 'STANDARD') as Machine['type'];
    const definition = definitionOf(properties);
    const roleArn = String(properties['RoleArn']);
    const itself = account.arn('states', `stateMachine:${name}`);
    const distrust = authorizer.services.whyNotAssumed(roleArn, 'states.amazonaws.com', itself);
    if (distrust !== undefined) {
      throw new ResourceFailure(
        `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role. ${distrust}`,
      );
    }
    mayBeSetUp(account, authorizer, roleArn, properties, definition);
    try {
      const { arn } = executions.define(name, type, roleArn, definition);
      return { id: arn, attributes: { Arn: arn, Name: name } };
    } catch (error) {
      if (error instanceof DefinitionError) throw new ResourceFailure(`${logicalId}: ${error.message}`);
      throw error;
    }
  };
  return {
    'AWS::StepFunctions::StateMachine': {
      named: 'StateMachineName',
      replacing: ['StateMachineName', 'StateMachineType'],
      known: [
        ...['Definition', 'DefinitionString', 'DefinitionSubstitutions', 'LoggingConfiguration', 'RoleArn'],
        ...['StateMachineName', 'StateMachineType', 'Tags', 'TracingConfiguration'],
      ],
      create: async (request) => {
        const { account, stack, logicalId, properties } = request;
        return define(
          request,
          String(properties['StateMachineName'] ?? account.nameFor(stack, logicalId, { longest: 80 })),
        );
      },
      update: async (request) => define(request, String(request.attributes['Name'])),
      remove: async ({ id }) => executions.remove(id),
    },
  };
}

/** As text or as an object, with its substitutions put in. */
function definitionOf(properties: Readonly<Record<string, unknown>>): string {
  const { DefinitionString: text, Definition: object, DefinitionSubstitutions: substitutions = {} } = properties;
  if (text === undefined && object === undefined)
    throw new ResourceFailure('The rehearsal takes a definition from the template alone, not from S3.');
  const definition = typeof text === 'string' ? text : JSON.stringify(object);
  const given = substitutions as Readonly<Record<string, unknown>>;
  return definition.replace(/\$\{([A-Za-z0-9_]+)\}/g, (written, name: string) =>
    Object.hasOwn(given, name) ? String(given[name]) : written,
  );
}
