import { edgesOf, edgesWalked, TaskFailure } from '../../../rehearsal/states';
import { functionArn, jsonata, machine, parse, run } from './machines';

const inner = (name: string) => machine({ [name]: { Type: 'Pass', End: true } });
const definition = jsonata({
  Work: {
    Type: 'Task',
    Resource: functionArn,
    Catch: [
      { ErrorEquals: ['Broken'], Next: 'Give up' },
      { ErrorEquals: ['States.ALL'], Next: 'Give up' },
    ],
    Next: 'Check',
  },
  Check: {
    Type: 'Choice',
    Choices: [
      { Condition: '{% $states.input = 1 %}', Next: 'Both' },
      { Condition: '{% $states.input = 2 %}', Next: 'Both' },
    ],
    Default: 'Give up',
  },
  Both: { Type: 'Parallel', Branches: [inner('A'), inner('B')], Next: 'Each' },
  Each: { Type: 'Map', ItemProcessor: inner('C'), Next: 'Done' },
  Done: { Type: 'Succeed' },
  'Give up': { Type: 'Fail', Error: 'Gave up' },
});

const all = [
  'Work: Next -> Check',
  'Work: Catch[0] -> Give up',
  'Work: Catch[1] -> Give up',
  'Check: Choices[0] -> Both',
  'Check: Choices[1] -> Both',
  'Check: Default -> Give up',
  'Both: Next -> Each',
  'A: End',
  'B: End',
  'Each: Next -> Done',
  'C: End',
  'Done: Succeed',
  'Give up: Fail',
];

async function walks(answer: () => unknown): Promise<string[]> {
  return [...edgesWalked((await run(definition, { answer })).history)];
}

describe('the edges of a definition', () => {
  it('are each Next, rule, Default, Catch and end, also those of branches and iterations', () => {
    expect(edgesOf(parse(definition)).map(({ name }) => name)).toEqual(all);
  });

  it('say what kind they are, and where they lead', () => {
    expect(edgesOf(parse(definition)).slice(0, 2)).toEqual([
      { name: 'Work: Next -> Check', from: 'Work', kind: 'next', to: 'Check' },
      { name: 'Work: Catch[0] -> Give up', from: 'Work', kind: 'catch', to: 'Give up' },
    ]);
  });

  it('that an execution walked are told by its history', async () => {
    expect(await walks(() => 1)).toEqual([
      'Work: Next -> Check',
      'Check: Choices[0] -> Both',
      'A: End',
      'B: End',
      'Both: Next -> Each',
      'C: End',
      'Each: Next -> Done',
      'Done: Succeed',
    ]);
  });

  it('with the same source and target are told apart', async () => {
    const fails = (error: string) => () => {
      throw new TaskFailure(error, '');
    };
    expect(await walks(() => 2)).toContain('Check: Choices[1] -> Both');
    expect(await walks(fails('Broken'))).toEqual(['Work: Catch[0] -> Give up', 'Give up: Fail']);
    expect(await walks(fails('Other'))).toEqual(['Work: Catch[1] -> Give up', 'Give up: Fail']);
    expect(await walks(() => 3)).toEqual(['Work: Next -> Check', 'Check: Default -> Give up', 'Give up: Fail']);
  });

  it('do not get into an answer of the API', async () => {
    const { history } = await run(definition, { answer: () => 1 });
    expect(JSON.stringify(history)).not.toContain('Choices[0]');
    expect(() => edgesWalked(JSON.parse(JSON.stringify(history)))).toThrow(/^This history went through JSON/);
  });
});
