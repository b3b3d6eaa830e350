import { createRunFolder } from '../postgres/run-folder';
import { Account } from './account';
import { Clock } from './clock';
import { LocalCloud } from './cloud/cloud';
import type { RehearseOptions } from './options';
import { Recording } from './recording';
import type { Report } from './report';
import { Run } from './run';

/** Deploys the app to a cloud of its own, changes it, and takes it down again. Whatever happens, nothing is left behind. */
export async function rehearse(options: RehearseOptions): Promise<Report> {
  const { assembly } = options;
  // Whoever waits for them is told of their failure; a deploy that fails before waits for neither.
  for (const made of [options.again, options.changed]) void Promise.resolve(made).catch(() => undefined);
  const folder = createRunFolder();
  const clock = new Clock();
  const first = assembly.stacks[0];
  const account = new Account(first?.account ?? '123456789012', first?.region ?? 'us-east-1');
  const recording = new Recording(options.name, account, options.place);
  const cloud = await LocalCloud.open({
    account,
    clock,
    place: options.place,
    folder: folder.path,
  });
  const stop = () => void cloud.close();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const { answer } = options;
    if (answer) cloud.answerer = async (waiting) => void cloud.notes.push(await answer(waiting, cloud));
    options.opened?.(cloud, account);
    const run = new Run(options, account, cloud, recording, clock);
    const { fault } = options;
    if (fault?.fault.during === 'deploy') await run.phase('fault', () => run.deployWith(fault, assembly));
    const deployed = await run.phase('deploy', () =>
      run.deploy(assembly, fault ? ['created', 'unchanged'] : ['created']),
    );
    if (deployed) {
      await run.actAsApplication();
      await run.look('deploy');
      if (options.drill) await run.phase('drill', () => run.drill());
      else await run.proveChanges();
    }
    recording.before(cloud);
    if (options.keep) {
      // From here on it is up to whoever looks; while a machine waits for them, time passes as it does for them.
      cloud.answerer = ({ over }) => over;
      const report = recording.report(cloud);
      await options.keep(report, cloud);
      return report;
    }
    await run.phase('destroy', () => run.destroy());
    return recording.report(cloud);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await cloud.close();
    folder.remove();
  }
}
