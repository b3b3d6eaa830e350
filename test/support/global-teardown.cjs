const { readdirSync } = require('node:fs');

module.exports = async () => {
  const folder = globalThis.plinthRunFolder;
  const left = readdirSync(folder.path).filter((name) => name.startsWith('plinth-'));
  folder.remove();
  if (left.length > 0) throw new Error(`The tests left folders behind: ${left.join(', ')}`);
};
