// One folder holds all that the run puts on the disk. It goes when the run ends, however it ends: by itself, by Ctrl-C
// here, or, after a kill, with the next run that finds its owner gone.
require('tsx/cjs');
const { createRunFolder, parentVariable } = require('../../postgres/run-folder.ts');

module.exports = async () => {
  const folder = createRunFolder();
  process.env[parentVariable] = folder.path;
  globalThis.plinthRunFolder = folder;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      folder.remove();
      process.kill(process.pid, signal);
    });
  }
};
