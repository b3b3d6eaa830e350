import type { LocalCloud } from '../cloud/cloud';
import { RehearsalError } from '../errors';
import { cutAfter } from './cut';
import type { Hooks } from './hooks';

/** Something that goes wrong once, on purpose. */
export interface Fault {
  readonly name: string;
  /** For `--fault list`. */
  readonly tells: string;
  /** What may stand behind a colon, and its default: which function, resource or action it strikes. */
  readonly target?: { readonly what: string; readonly default: string };
  /** Whether it strikes the first deploy, or the deploy of a change. */
  readonly during: 'deploy' | 'change';
  /** How that deploy must end; the one after it, without the fault, must always succeed. */
  readonly ends: 'succeeds' | 'rolls back' | 'either';
  /** What it strikes, where not every app has that: told when it never struck. */
  readonly needs?: string;
  /** Takes hold; calls `struck` whenever it does something. What it gives lets go again, and leaves nothing of it. */
  readonly arm: (cloud: LocalCloud, target: string, struck: () => void) => () => void;
}

// The certificate of a local server and the login are about 1,500 bytes: the session is just established.
const bytesOfLogin = 1_800;
const whileWorkingMs = 60;
// A deploy waits for a snapshot by polling, for less than an hour.
const slowSnapshotMs = 40 * 60_000;

/** Only once: the next try finds everything in order. */
function once(struck: () => void): () => boolean {
  let done = false;
  return () => {
    if (done) return false;
    done = true;
    struck();
    return true;
  };
}

const aFunction = { what: 'a part of the name of the function', default: '' };

export const faults: readonly Fault[] = [
  {
    name: 'kill-at-start',
    tells: 'a function that uses the database is killed as soon as it is invoked',
    target: aFunction,
    during: 'deploy',
    ends: 'rolls back',
    arm: ({ hooks }, target, struck) => {
      const first = once(struck);
      return hook(hooks, {
        begun: ({ name, vpc }, kill) => {
          if (vpc && name.includes(target) && !/Rotation/.test(name) && first()) kill();
        },
      });
    },
  },
  {
    name: 'kill-at-work',
    tells: 'a function is killed while it works in the database',
    target: aFunction,
    during: 'deploy',
    ends: 'rolls back',
    arm: ({ hooks }, target, struck) => {
      const first = once(struck);
      const kills = new Map<string, () => void>();
      return hook(hooks, {
        begun: ({ name }, kill) => void kills.set(name, kill),
        connecting: async (port, { name }) => {
          if (name.includes(target) && !/Rotation/.test(name) && first())
            setTimeout(() => kills.get(name)?.(), whileWorkingMs);
          return port;
        },
      });
    },
  },
  {
    name: 'deliver-twice',
    tells: 'every event of a custom resource is delivered twice at once',
    during: 'deploy',
    ends: 'succeeds',
    arm: ({ hooks }, _, struck) =>
      hook(hooks, {
        deliveries: () => {
          struck();
          return 2;
        },
      }),
  },
  {
    name: 'drop-connection',
    tells: 'the first connection of a function to the database is cut just after it was made',
    target: aFunction,
    during: 'deploy',
    ends: 'either',
    arm: ({ hooks }, target, struck) => {
      const first = once(struck);
      return hook(hooks, {
        connecting: async (port, { name }) =>
          name.includes(target) && !/Rotation/.test(name) && first() ? cutAfter(bytesOfLogin, port) : port,
      });
    },
  },
  {
    name: 'deny-action',
    tells: 'an action is refused whatever the policies say',
    target: { what: 'the action', default: 'ssm:PutParameter' },
    during: 'deploy',
    ends: 'rolls back',
    arm: ({ authorizer }, target, struck) => {
      authorizer.forbidden.set(target, struck);
      return () => void authorizer.forbidden.delete(target);
    },
  },
  {
    name: 'slow-snapshot',
    tells: 'the snapshot before a migration takes forty minutes',
    during: 'change',
    ends: 'succeeds',
    needs: 'a snapshot before a migration, as production takes it',
    arm: ({ databases }, _, struck) => {
      const usual = databases.snapshotMs;
      databases.snapshotMs = () => {
        struck();
        return slowSnapshotMs;
      };
      return () => {
        databases.snapshotMs = usual;
      };
    },
  },
  {
    name: 'rotate-secret',
    tells: 'the password of the admin is rotated after a function has read it, before it connects',
    target: aFunction,
    during: 'deploy',
    ends: 'succeeds',
    arm: (cloud, target, struck) => {
      const first = once(struck);
      return hook(cloud.hooks, {
        connecting: async (port, { name }) => {
          if (name.includes(target) && !/Rotation/.test(name) && first()) {
            for (const { arn } of cloud.secrets.rotated()) await cloud.secrets.rotate(arn);
          }
          return port;
        },
      });
    },
  },
  {
    name: 'fail-create',
    tells: 'a resource fails when it is created, so that CloudFormation removes what it has made',
    target: { what: 'a part of its logical id or its type', default: 'Custom::' },
    during: 'deploy',
    ends: 'rolls back',
    arm: failing,
  },
  {
    name: 'fail-update',
    tells: 'a resource fails after it was updated, so that CloudFormation goes back to the old templates',
    target: { what: 'a part of its logical id or its type', default: 'Custom::' },
    during: 'change',
    ends: 'rolls back',
    arm: failing,
  },
];

function failing({ hooks }: LocalCloud, target: string, struck: () => void): () => void {
  const first = once(struck);
  return hook(hooks, {
    failing: (logicalId, type) =>
      (logicalId.includes(target) || type.includes(target)) && first()
        ? 'It fails because the rehearsal was asked for it.'
        : undefined,
  });
}

function hook(hooks: Hooks, own: Hooks): () => void {
  Object.assign(hooks, own);
  return () => {
    for (const name of Object.keys(own) as (keyof Hooks)[]) delete hooks[name];
  };
}

export interface ChosenFault {
  readonly fault: Fault;
  readonly target: string;
}

/** As it is asked for. */
export const wordsOf = ({ fault, target }: ChosenFault): string =>
  target === '' ? fault.name : `${fault.name}:${target}`;

/** `name` or `name:target`. */
export function chooseFault(text: string): ChosenFault {
  const at = text.indexOf(':');
  const name = at < 0 ? text : text.slice(0, at);
  const fault = faults.find((each) => each.name === name);
  if (!fault) {
    throw new RehearsalError(`There is no fault "${name}"; there is ${faults.map((each) => each.name).join(', ')}.`);
  }
  if (at >= 0 && !fault.target)
    throw new RehearsalError(`The fault ${name} takes no target; "${text.slice(at + 1)}" was given.`);
  return { fault, target: at < 0 ? (fault.target?.default ?? '') : text.slice(at + 1) };
}
