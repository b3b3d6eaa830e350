import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Clock, ClockClosed } from '../../rehearsal/clock';

const start = new Date('2026-01-01T00:00:00Z');
const minutes = 60_000;

/** A clock whose real time stands still unless the test moves it. */
function stillClock() {
  let real = 0;
  const clock = new Clock({ start, monotonic: () => real });
  return { clock, pass: (ms: number) => (real += ms), since: () => clock.now() - start.getTime() };
}

async function turns(count = 10): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

describe('the virtual clock', () => {
  it('jumps to the wake-up when nothing is at work', async () => {
    const { clock, since } = stillClock();
    await clock.sleep(45 * minutes);
    expect(since()).toBe(45 * minutes);
  });

  it('sleeps until a time, and not at all when that has passed', async () => {
    const { clock } = stillClock();
    await clock.sleep(new Date('2026-01-02T00:00:00Z'));
    await clock.sleep(new Date('2026-01-01T12:00:00Z'));
    expect(clock.date()).toEqual(new Date('2026-01-02T00:00:00Z'));
  });

  it('wakes sleepers in the order of their times, and those of the same time in the order in which they went', async () => {
    const { clock, since } = stillClock();
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${since()}`);
    };
    await Promise.all([sleeper('a', 20), sleeper('b', 10), sleeper('c', 20), sleeper('d', 10), sleeper('e', 5)]);
    expect(woken).toEqual(['e at 5', 'b at 10', 'd at 10', 'a at 20', 'c at 20']);
  });

  it('does not jump while work is under way, however many turns that takes', async () => {
    const { clock, since } = stillClock();
    let woken = false;
    const sleeping = clock.sleep(10 * minutes).then(() => {
      woken = true;
    });
    await clock.work(() => turns(50));
    expect([woken, since()]).toEqual([false, 0]);
    await sleeping;
    expect(since()).toBe(10 * minutes);
  });

  it('does not jump between two pieces of work that follow each other by promises alone', async () => {
    const { clock, since } = stillClock();
    const timeout = clock.sleep(1 * minutes);
    for (let i = 0; i < 20; i++) {
      await clock.work(() => turns(3));
      for (let hop = 0; hop < 30; hop++) await null;
    }
    expect(since()).toBe(0);
    await timeout;
  });

  it('does not jump when the next work begins one turn of the event loop later', async () => {
    const { clock, since } = stillClock();
    const timeout = clock.sleep(1 * minutes);
    for (let i = 0; i < 20; i++) {
      await clock.work(() => turns(2));
      await turn();
    }
    expect(since()).toBe(0);
    await timeout;
  });

  it('does not jump while short pieces of work begin and end, with a turn of the event loop between them', async () => {
    const { clock, since } = stillClock();
    const timeout = clock.sleep(1 * minutes);
    for (let i = 0; i < 20; i++) {
      await clock.work(() => null);
      await turn();
    }
    expect(since()).toBe(0);
    await timeout;
  });

  it('counts nested work until the last of it is done', async () => {
    const { clock, since } = stillClock();
    const sleeping = clock.sleep(1 * minutes);
    await clock.work(async () => {
      await clock.work(() => turns(5));
      await turns(10);
      expect(since()).toBe(0);
    });
    await sleeping;
  });

  it('lets the time of work pass for those who sleep beside it', async () => {
    const clock = new Clock({ start });
    await clock.work(() => clock.sleep(20));
    expect(clock.now() - start.getTime()).toBeGreaterThanOrEqual(20);
    clock.close();
  });

  it('wakes a sleeper whose time has come by the flow of real time', async () => {
    const { clock, pass, since } = stillClock();
    const sleeping = clock.sleep(30);
    pass(40);
    await sleeping;
    expect(since()).toBe(40);
  });

  it('jumps over what is waited for within work, if the work says that it rests', async () => {
    const { clock, since } = stillClock();
    await clock.work(() => clock.rest(() => clock.sleep(10 * minutes)));
    expect(since()).toBe(10 * minutes);
  });

  it('stops counting work that failed', async () => {
    const { clock, since } = stillClock();
    await expect(clock.work(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await clock.sleep(1000);
    expect(since()).toBe(1000);
  });

  it('wakes a sleeper that is aborted with the reason, and does not jump to its time', async () => {
    const { clock, since } = stillClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(10 * minutes, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow('enough');
    await turns();
    expect([since(), clock.standing()]).toEqual([0, { working: 0, sleeping: 0 }]);
  });

  it('tells who is at work, who sleeps, and until when', async () => {
    const { clock } = stillClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(1000, abort.signal);
    const working = clock.work(async () => {
      expect(clock.standing()).toEqual({ working: 1, sleeping: 1, nextWakeUp: new Date(start.getTime() + 1000) });
    });
    await working;
    abort.abort();
    await expect(sleeping).rejects.toThrow();
  });

  it('wakes everybody with an error when it closes, and takes no new sleepers', async () => {
    const { clock } = stillClock();
    const sleeping = clock.sleep(10);
    clock.close();
    await expect(sleeping).rejects.toThrow(ClockClosed);
    await expect(clock.sleep(10)).rejects.toThrow('The rehearsal has ended.');
  });

  it('refuses a time that is none', () => {
    const { clock } = stillClock();
    expect(() => clock.sleep(new Date('soon'))).toThrow('A sleep needs a number of milliseconds or a valid date.');
  });

  it('does not jump while another process works, whatever it asks of this one over HTTP in the meantime', async () => {
    const { clock, since } = stillClock();
    const seen: number[] = [];
    const server = createServer((_, response) => {
      seen.push(since());
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const program = `(async () => {
      for (let i = 0; i < 3; i++) await (await fetch('http://127.0.0.1:${port}/')).text();
    })()`;
    const sleeping = clock.sleep(10 * minutes);
    await clock.work(() => promisify(execFile)(process.execPath, ['-e', program]));
    seen.push(since());
    await sleeping;
    seen.push(since());
    await new Promise((resolve) => server.close(resolve));
    expect(seen).toEqual([0, 0, 0, 0, 10 * minutes]);
  });
});
