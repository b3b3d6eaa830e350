// Plain JavaScript, because what it looks for is what reading TypeScript needs.
const os = require('node:os');
const { existsSync } = require('node:fs');

const say = (reason) => {
  process.stderr.write(
    `esbuild does not run on this machine: ${reason}. Run "npm ci" here, on ${os.platform()}-${os.arch()}.\n`,
  );
  process.exit(1);
};

function findEsbuild() {
  if (existsSync(process.env.ESBUILD_BINARY_PATH ?? '')) return;
  const name = `@esbuild/${process.platform}-${process.arch}`;
  try {
    require.resolve(`${name}/package.json`);
  } catch {
    say(`its package ${name} is not installed`);
  }
}

// Node 20 is enough for what runs here; the SDK would say with each command that it is old.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Node 20 does not read TypeScript by itself: this loads the loader, then the program. */
exports.start = (program) => {
  findEsbuild();
  try {
    require('tsx/cjs');
    require(program);
  } catch (error) {
    const { name, message = '', errors = [] } = error ?? {};
    // Without a place in a file it is not about what was read, but about what reads.
    if (name !== 'TransformError' || errors.length > 0) throw error;
    say(message.trim().split('\n')[0].replace(/[.]$/, ''));
  }
};
