import { RehearsalError } from '../errors';

/** A target as a template declares it. */
export interface RuleTarget {
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

type Event = Readonly<Record<string, unknown>>;

/** The text that a target gets: what it asks for, or the event. A schedule without an input sends nothing of its own. */
export function inputOf(kind: 'rule' | 'schedule', target: RuleTarget, event: Event): string {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) {
    const now = String(event['time']);
    return kind === 'schedule' ? Input.replaceAll('<aws.scheduler.scheduled-time>', now) : Input;
  }
  if (InputTransformer !== undefined) return transformed(InputTransformer, event);
  if (InputPath !== undefined) return JSON.stringify(at(event, InputPath));
  return JSON.stringify(kind === 'schedule' ? {} : event);
}

function transformed(
  { InputPathsMap = {}, InputTemplate }: NonNullable<RuleTarget['InputTransformer']>,
  event: Event,
): string {
  // Within quotes a text stands without quotes of its own.
  return InputTemplate.replace(/("?)<([\w.]+)>("?)/g, (written, before: string, name: string, after: string) => {
    const value =
      reserved(name, event) ??
      (Object.hasOwn(InputPathsMap, name) ? at(event, InputPathsMap[name] as string) : undefined);
    if (value === undefined && !Object.hasOwn(InputPathsMap, name)) return written;
    const json = JSON.stringify(value ?? null);
    return typeof value === 'string' && (before || after)
      ? `${before}${json.slice(1, -1)}${after}`
      : `${before}${json}${after}`;
  });
}

const reserved = (name: string, event: Event): unknown =>
  name === 'aws.events.event' || name === 'aws.events.event.json'
    ? event
    : name === 'aws.events.event.ingestion-time'
      ? event['time']
      : undefined;

/** `$.detail.key`: names alone, which is what rules use. */
function at(event: Event, path: string): unknown {
  if (!/^\$(?:\.[\w-]+)*$/.test(path))
    throw new RehearsalError(`The rehearsal does not know the path ${path} of a target.`);
  const names = path.split('.').slice(1);
  return names.reduce<unknown>((value, name) => (value as Event | undefined)?.[name], event);
}
