jest.mock('esbuild', () => ({
  build: async () => {
    throw new Error('\nYou installed esbuild for another platform.\n\nMore of it.');
  },
}));

import { buildHandlers } from '../../../lib/bundling/build';

test('a bundler that does not run is told in one sentence', async () => {
  await expect(buildHandlers()).rejects.toThrow(
    /^The functions cannot be bundled: esbuild does not run on this machine \(You installed esbuild for another platform\)[.] Run "npm ci" here[.]$/,
  );
});
