import { type Made, ResourceFailure, type ResourceRequest, type ResourceType } from './type';

// These take a secret and show it to nobody.
const hiddenProperties: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance': 'MasterUserPassword',
  'AWS::SecretsManager::Secret': 'SecretString',
};

/** The properties as the service gets them, with what stood behind references. */
export const shownOf = ({ type, properties }: ResourceRequest) =>
  JSON.stringify(Object.entries(properties).filter(([name]) => name !== hiddenProperties[type]));

/** A type whose requests are looked at, and that can be made to fail after it has done what was asked. */
export function watched(
  type: ResourceType,
  look: (request: ResourceRequest) => void,
  failing: (logicalId: string) => string | undefined,
): ResourceType {
  const done = async <R extends ResourceRequest>(request: R, work: (request: R) => Promise<Made>): Promise<Made> => {
    look(request);
    const made = await work(request);
    const failure = failing(request.logicalId);
    if (failure !== undefined) throw new ResourceFailure(failure, made.id);
    return made;
  };
  const { update } = type;
  return {
    ...type,
    create: (request) => done(request, (given) => type.create(given)),
    ...(update && { update: (request) => done(request, update) }),
  };
}
