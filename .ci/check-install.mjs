// Loaded before the commands of this package (`pre` scripts do not run where npm ignores scripts, see .npmrc): says in
// one sentence what is missing, instead of a stack of Node's.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 20)) {
  console.error(
    `Node ${process.versions.node} is too old: this needs 22.20 or newer. \`npm ci\` brings Node 24 on Linux (x64, arm64); elsewhere install Node 24.`,
  );
  process.exit(1);
}
if (!existsSync(new URL('../node_modules/probot', import.meta.url))) {
  console.error('The packages are missing: run `npm ci` first.');
  process.exit(1);
}
