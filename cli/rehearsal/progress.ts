import type { PhaseName, TimedEvent } from '../../rehearsal/report';
import { fitted, harmless, type Screen, widthOf } from './screen';
import { StackProgress, seconds, withoutHash } from './stack-progress';

/** What is shown while a rehearsal runs. */
export interface Progress {
  begin(name: string, place: string): void;
  readonly doing: (title: string) => void;
  readonly phase: (name: PhaseName, title: string) => void;
  readonly watch: (event: TimedEvent) => void;
  /** A line of a function's log. */
  readonly log: (from: string, text: string) => void;
  /** At any moment, and as often as one likes; what was begun counts as done unless it is told otherwise. */
  end(interrupted?: boolean): void;
}

const turning = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const redrawMs = 100;
// What takes less is counted, and not told by name.
const tellFromMs = 100;
const mostRunning = 4;
const done: Readonly<Record<StackProgress['verb'], string>> = {
  CREATE: 'created',
  UPDATE: 'changed',
  DELETE: 'removed',
};

export function progress(screen: Screen, now: () => number = () => performance.now()): Progress {
  const { paint } = screen;
  const stacks = new Map<string, StackProgress>();
  let prefix = '';
  let unchanged: string[] = [];
  let task: { readonly title: string; readonly began: number } | undefined;
  // The clock of the events begins later than ours.
  let ahead = 0;
  let turn = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const short = (stack: string) => (stack.startsWith(`${prefix}-`) ? stack.slice(prefix.length + 1) : stack);
  /** A line with what it took at its right end, as far as there is room. */
  const line = (left: string, ms: number) => {
    const right = seconds(ms);
    const room = Math.min(screen.columns, 100) - 1;
    // A file has no width that would have to be kept.
    const text = screen.live ? fitted(left, room - right.length - 1) : left;
    return `${text}${' '.repeat(Math.max(1, room - widthOf(text) - right.length))}${paint('dim', right)}`;
  };
  const settle = () => {
    if (task && now() - task.began >= tellFromMs)
      screen.say(line(`  ${paint('green', '✔')} ${task.title}`, now() - task.began));
    task = undefined;
    if (unchanged.length > 0) screen.say(`    ${paint('dim', '=')} ${unchanged.join(', ')}: unchanged`);
    unchanged = [];
  };
  const draw = () => screen.draw([...taskLines(), ...[...stacks.values()].flatMap(stackLines)]);
  const spinner = () => paint('cyan', turning[turn % turning.length] ?? '');
  const taskLines = () => (task ? [line(`  ${spinner()} ${task.title}`, now() - task.began)] : []);

  function stackLines(stack: StackProgress): string[] {
    const passed = now() - ahead;
    const count = stack.verb === 'UPDATE' || stack.rollingBack ? `${stack.done} changed` : bar(stack);
    const what = stack.rollingBack ? `rolls back, ${count}` : count;
    const running = stack.running();
    const more = running.length - mostRunning;
    return [
      line(`    ${spinner()} ${paint('bold', short(stack.stack))}  ${what}`, passed - stack.began),
      ...running
        .slice(0, mostRunning)
        .map(({ logicalId, type, at }) =>
          line(`      ${withoutHash(logicalId)} ${paint('dim', typeName(type))}`, passed - at),
        ),
      ...(more > 0 ? [paint('dim', `      and ${more} more`)] : []),
    ];
  }

  function bar({ done: finished, total }: StackProgress): string {
    const width = screen.columns >= 60 ? 20 : 6;
    const full = total === 0 ? width : Math.min(width, Math.round((width * finished) / total));
    return `${paint('green', '█'.repeat(full))}${paint('dim', '░'.repeat(width - full))} ${finished} of ${total}`;
  }

  function watchStack(event: Extract<TimedEvent, { kind: 'stack' }>): void {
    const { stack, status, at, reason } = event;
    const there = stacks.get(stack);
    if (status === 'UNCHANGED') {
      unchanged.push(short(stack));
      return;
    }
    settle();
    if (/^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(status)) stacks.set(stack, new StackProgress(event));
    else if (status.includes('ROLLBACK_IN_PROGRESS')) {
      if (there) there.rollingBack = true;
      // What failed has been told, where it was a resource.
      const why = there?.failed ? '' : `: ${harmless(reason ?? 'something failed')}`;
      screen.say(`    ${paint('red', '✗')} ${short(stack)} rolls back${why}`);
    } else {
      stacks.delete(stack);
      const count = there ? `${there.done} ${there.done === 1 ? 'resource' : 'resources'}` : '';
      const took = at - (there?.began ?? at);
      const name = short(stack).padEnd(12);
      if (status.endsWith('_FAILED'))
        screen.say(line(`    ${paint('red', '✗')} ${name} failed: ${harmless(reason ?? '')}`, took));
      else if (status.includes('ROLLBACK'))
        screen.say(line(`    ${paint('yellow', '↩')} ${name} is rolled back`, took));
      else screen.say(line(`    ${paint('green', '✔')} ${name} ${count} ${done[there?.verb ?? 'CREATE']}`, took));
    }
  }

  function watchResource(event: Extract<TimedEvent, { kind: 'resource' }>): void {
    const { stack, logicalId, type, status, reason } = event;
    const took = stacks.get(stack)?.take(event);
    if (status.endsWith('_FAILED')) {
      screen.say(`      ${paint('red', '✗')} ${withoutHash(logicalId)} ${typeName(type)}: ${harmless(reason ?? '')}`);
    } else if (took && took.ms >= tellFromMs)
      screen.say(line(`      ${withoutHash(logicalId)} ${paint('dim', typeName(type))}`, took.ms));
  }

  const shown: Progress = {
    begin: (name, place) => {
      prefix = name;
      screen.say(`${paint('bold', `Rehearsing ${name}`)} on ${place}`);
      if (!screen.live) return;
      timer = setInterval(() => {
        turn++;
        draw();
      }, redrawMs);
      timer.unref();
    },
    doing: (title) => {
      settle();
      task = { title, began: now() };
      draw();
    },
    phase: (_, title) => {
      settle();
      screen.say(`  ${paint('bold', title)}`);
    },
    watch: (event) => {
      ahead = now() - event.at;
      if (event.kind === 'stack') watchStack(event);
      else watchResource(event);
    },
    log: (from, text) => screen.say(`      ${paint('cyan', from)} ${harmless(text)}`),
    end: (interrupted = false) => {
      clearInterval(timer);
      stacks.clear();
      if (interrupted) task = undefined;
      settle();
      screen.close();
      ended = true;
    },
  };
  // What comes after the end, such as the rollback of a deploy that was interrupted, is nobody's concern.
  const unless =
    <A extends unknown[]>(work: (...args: A) => void) =>
    (...args: A) => {
      if (!ended) work(...args);
    };
  return {
    begin: unless(shown.begin),
    doing: unless(shown.doing),
    phase: unless(shown.phase),
    watch: unless(shown.watch),
    log: unless(shown.log),
    end: unless(shown.end),
  };
}

const typeName = (type: string) => type.replace(/^AWS::/, '');
