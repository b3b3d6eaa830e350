import { isDeepStrictEqual } from 'node:util';
import { ResourceFailure, type ResourceRequest, type ResourceType, type UpdateRequest } from './type';

/** Refuses what a type does not know: to pass over it would be to say that it was done. */
export function strict(type: ResourceType): ResourceType {
  const { known, fixed = [], update } = type;
  if (!known) return type;
  const refuseUnknown = ({ type: name, properties }: ResourceRequest) => {
    const unknown = Object.keys(properties).find((each) => !known.includes(each));
    if (unknown !== undefined) {
      throw new ResourceFailure(`The rehearsal does not know the property ${unknown} of an ${name}.`);
    }
  };
  // By id: what a refused update asked for is not what is there, and a rollback goes back from it.
  const taken = new Map<string, ResourceRequest['properties']>();
  const refuseFixed = ({ type: name, id, properties, previous }: UpdateRequest) => {
    // The same reference to a secret stands for another value after a rotation, so that both are looked at.
    const before = [previous, taken.get(id) ?? previous];
    const changed = fixed.find((each) => !before.some((there) => isDeepStrictEqual(properties[each], there[each])));
    if (changed !== undefined) {
      throw new ResourceFailure(`The rehearsal does not change the property ${changed} of an ${name} that is there.`);
    }
  };
  return {
    ...type,
    create: async (request) => {
      refuseUnknown(request);
      const made = await type.create(request);
      taken.set(made.id, request.properties);
      return made;
    },
    ...(update && {
      update: async (request) => {
        refuseUnknown(request);
        refuseFixed(request);
        const made = await update(request);
        taken.set(made.id, request.properties);
        return made;
      },
    }),
  };
}

/** A property of which the rehearsal knows one value alone: the one that AWS takes where none is given. */
export function onlyAs({ type, properties }: ResourceRequest, name: string, value: string): void {
  const given = properties[name];
  if (given === undefined || String(given) === value) return;
  throw new ResourceFailure(`The rehearsal knows ${name} of an ${type} only as ${value}, and it is ${given}.`);
}
