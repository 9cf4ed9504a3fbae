// Runs before `npm start` and `npm test`: says in one sentence what is missing when Node is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 20)) {
  console.error(
    `Node ${process.versions.node} is too old: this needs 22.20 or newer. \`npm ci\` brings Node 24 on Linux (x64, arm64); elsewhere install Node 24.`,
  );
  process.exit(1);
}
