import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const [, , outfile = 'action/dist/main.js', entry = 'action/main.ts'] = process.argv;

/** Bundles the action, unminified so that it can be read; CI checks that the committed file is what this makes. */
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  legalComments: 'none',
  // Packages in CommonJS ask for node's own modules at run time, and for the folder that they are in.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname;",
  },
  logLevel: 'warning',
});

/** The SQL parser looks for its WebAssembly beside the file that it is in. */
const parser = dirname(createRequire(import.meta.url).resolve('libpg-query'));
await copyFile(join(parser, 'libpg-query.wasm'), join(dirname(outfile), 'libpg-query.wasm'));
