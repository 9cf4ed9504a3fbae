import { build } from 'esbuild';

/** Bundles the action, unminified so that it can be read; CI checks that the committed file is what this makes. */
await build({
  entryPoints: ['action/main.ts'],
  outfile: process.argv[2] ?? 'action/dist/main.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  legalComments: 'none',
  // Packages in CommonJS ask for node's own modules at run time.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
