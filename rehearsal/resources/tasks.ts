import { RehearsalError } from '../errors';
import type { Tasks } from '../services/tasks';
import { ResourceFailure, type ResourceRequest, type ResourceType } from './type';

/** Task definitions: each change is a revision of its own, and what runs keeps the one that it was begun with. */
export function taskTypes(tasks: Tasks): Readonly<Record<string, ResourceType>> {
  const define = ({ account, stack, logicalId, properties }: ResourceRequest) => {
    const family = String(properties['Family'] ?? account.nameFor(stack, logicalId));
    try {
      const { arn } = tasks.define(family, properties);
      return { id: arn, attributes: { TaskDefinitionArn: arn } };
    } catch (error) {
      if (error instanceof RehearsalError) throw new ResourceFailure(error.message);
      throw error;
    }
  };
  return {
    'AWS::ECS::TaskDefinition': {
      // Of what can change, the tags alone make no revision.
      replacing: [
        'ContainerDefinitions',
        'Cpu',
        'EphemeralStorage',
        'ExecutionRoleArn',
        'Family',
        'Memory',
        'NetworkMode',
        'RequiresCompatibilities',
        'RuntimePlatform',
        'TaskRoleArn',
        'Volumes',
      ],
      create: async (request) => define(request),
      update: async ({ id, attributes }) => ({ id, attributes }),
      remove: async ({ id }) => {
        tasks.definitions.delete(id);
      },
    },
  };
}
