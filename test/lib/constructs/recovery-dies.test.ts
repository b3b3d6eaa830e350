import { beside, original, resume, swapBack, swapped, toTime } from './recovery-names';
import { name, World } from './recovery-world';

describe('a recovery that dies', () => {
  // The whole of one takes some fifty minutes. The names change in the second half, of which each minute is tried.
  const moments = [...Array.from({ length: 10 }, (_, i) => i * 3), ...Array.from({ length: 26 }, (_, i) => 30 + i)];

  test('at any time is finished by running it again', async () => {
    const ended = new Set<string>();
    for (const minutes of moments) {
      const world = new World();
      const first = await world.run(toTime, {}, minutes);
      ended.add(first.status);
      const made = world.instances.length > 1;
      // Where nothing is there to go on with, it is begun anew.
      const { status } = await world.run(made ? resume : toTime);
      await world.settled();
      const name_ = made
        ? world.names
        : Object.fromEntries(Object.entries(world.names).map(([id, who]) => [plain(id), plain(who)]));
      expect([minutes, status, name_]).toEqual([
        minutes,
        'SUCCEEDED',
        made ? swapped : { [name]: 'db-RESTORED', [`${name}-damaged`]: original },
      ]);
      world.close();
    }
    // Also after its end.
    expect(ended).toEqual(new Set(['ABORTED', 'SUCCEEDED']));
  });

  test('at any time is undone by swapping back, and the application has its instance again', async () => {
    const halves: number[] = [];
    for (const minutes of moments) {
      const world = new World();
      await world.run(toTime, {}, minutes);
      if (world.instances.length > 1) {
        if (!world.find(name)) halves.push(minutes);
        // A restored instance that is not available yet is left alone.
        const back = await world.run(swapBack);
        await world.settled();
        expect([minutes, back.status, world.names]).toEqual([minutes, 'SUCCEEDED', beside]);
      }
      world.close();
    }
    // That nobody has the name lasts for some minutes, and some of these have died in them.
    expect(halves.length).toBeGreaterThan(3);
  });

  test('while it is swapped back at any time is still swapped back by running that again', async () => {
    for (let minutes = 0; minutes < 25; minutes++) {
      const world = new World();
      await world.run(toTime);
      await world.settled();
      await world.run(swapBack, {}, minutes);
      const again = await world.run(swapBack);
      await world.settled();
      expect([minutes, again.status, world.names]).toEqual([minutes, 'SUCCEEDED', beside]);
      world.close();
    }
  });
});

const plain = (id: string) => id.replace(/-\d{8}-\d{6}$/, '');
