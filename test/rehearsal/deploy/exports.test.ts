import { deleteStack, deployStack } from '../../../rehearsal/deploy/stack';
import { Deploys, stackOf, thing } from '../support/stacks';

const ref = (name: string) => ({ Ref: name });
let deploys: Deploys;
beforeEach(() => {
  deploys = new Deploys();
});
const deploy = (resources: Record<string, unknown>, sections = {}, name = 'S') =>
  deployStack(stackOf(name, resources, sections), deploys.context);

describe('exports', () => {
  const exporting = (value: unknown, name = 'shared') => ({
    Outputs: { Out: { Value: value, Export: { Name: name } } },
  });
  const importing = { I: thing({ Of: { 'Fn::ImportValue': { 'Fn::Sub': `sha\${Tail}` } } }) };
  const tail = { Parameters: { Tail: { Type: 'String', Default: 'red' } } };

  test('give their value to another stack', async () => {
    await deploy({ A: thing() }, exporting(ref('A')));
    await deploy(importing, tail, 'T');
    expect(deploys.account.stacks.get('T')?.resources.get('I')?.properties).toEqual({ Of: 'A-1' });
  });

  test('that are in use refuse the removal of their stack, a change, and their own removal', async () => {
    await deploy({ A: thing({ Name: 'one' }) }, exporting(ref('A')));
    await deploy(importing, tail, 'T');
    expect((await deleteStack('S', deploys.context)).reason).toBe('T still imports a value of S.');
    const changed = await deploy({ A: thing({ Name: 'two' }) }, exporting(ref('A')));
    expect(changed.reason).toBe('Export shared cannot be updated as it is in use by T.');
    expect(changed.outcome).toBe('rolled back');
    const gone = await deploy({ A: thing({ Name: 'one' }) });
    expect(gone.reason).toBe('Export shared cannot be deleted as it is in use by T.');
    expect(deploys.there('S')).toEqual({ A: 'A-1' });
    await deleteStack('T', deploys.context);
    expect((await deleteStack('S', deploys.context)).outcome).toBe('deleted');
  });

  test('have one owner', async () => {
    await deploy({ A: thing() }, exporting('x'));
    const second = await deploy({ A: thing() }, exporting('y'), 'T');
    expect(second.reason).toBe('Export with name shared is already exported by stack S.');
  });
});
