import { extensionsResource } from '../../../lambdas/extensions/resource';
import { testNeeding, usePostgres } from '../../support/postgres';
import { create, deliver, failureOf, type Properties, remove, seamsOf, serverOf, update } from '../shared/resources';

const postgres = usePostgres({ master: { password: 'a/pass:word' } });
const id = 'plinth:shop:extensions';
beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const propertiesOf = (Extensions: Properties): Properties => ({
  Prefix: 'shop',
  Server: serverOf(postgres),
  Database: postgres.instance.database,
  Extensions,
});

testNeeding(
  ['vector'],
  postgres,
  'Create, the same again, Update and Delete leave the extension where it is declared, and answer the same',
  async () => {
    const handler = extensionsResource(seamsOf(postgres));
    const properties = propertiesOf({ vector: { minimum: '0.5.0' } });
    const request = create(properties);
    const first = await deliver(handler, request);
    expect(first.id).toBe(id);
    expect(first.data['Versions']).toMatch(/^vector 0[.]\d+[.]\d+$/);
    expect(await deliver(handler, request)).toEqual(first);
    expect(await deliver(handler, update(id, properties, properties))).toEqual(first);
    await deliver(handler, remove(id, properties));
    expect(await deliver(handler, update(id, properties, properties))).toEqual(first);
  },
);

testNeeding(
  ['vector'],
  postgres,
  'an extension that the server does not offer, and a property that is not known, are one sentence each',
  async () => {
    const handler = extensionsResource(seamsOf(postgres));
    const failed = (extensions: Properties) => failureOf(handler, create(propertiesOf(extensions)), ['a/pass:word']);
    expect(await failed({ vectr: {} })).toMatch(/vectr/);
    expect(await failed({ vector: { minimum: '99.0.0' } })).toMatch(/99[.]0[.]0/);
    expect(await failed({ vector: { min: '1' } })).toMatch(/^The property Extensions[.]vector[.]min is not known;/);
  },
);
