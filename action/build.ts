import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const [, , outfile = 'action/dist/main.js', entry = 'action/main.ts'] = process.argv;

/** The calendars of the world’s holidays, which most never need, lie beside the bundle and are read when a rule asks. */
const holidaysApart: Plugin = {
  name: 'holidays-apart',
  setup: (bundling) =>
    bundling.onResolve({ filter: /^date-holidays$/ }, () => ({ path: './date-holidays.js', external: true })),
};

/**
 * What the action does not use of GitHub's own packages stays out. They do nothing by being loaded but do not say so; with
 * them would come a second HTTP client, which takes every start of a job a fifth of its time.
 */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup: (bundling) =>
    bundling.onResolve({ filter: /.*/ }, async ({ path, pluginData, ...from }) => {
      const isTheirs = path.startsWith('@actions/') || from.importer.includes('/node_modules/@actions/');
      if (!isTheirs || pluginData === 'asked') return undefined;
      const found = await bundling.resolve(path, { ...from, pluginData: 'asked' });
      return { ...found, sideEffects: false };
    }),
};

const options: BuildOptions = {
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
};

/** Bundles the action, unminified so that it can be read; CI checks that the committed file is what this makes. */
await build({ ...options, entryPoints: [entry], outfile, plugins: [holidaysApart, onlyWhatIsUsed] });
await build({
  ...options,
  stdin: { contents: "export { default } from 'date-holidays';", resolveDir: import.meta.dirname },
  outfile: join(dirname(outfile), 'date-holidays.js'),
  minify: true,
});

/** The SQL parser looks for its WebAssembly beside the file that it is in. */
const parser = dirname(createRequire(import.meta.url).resolve('libpg-query'));
await copyFile(join(parser, 'libpg-query.wasm'), join(dirname(outfile), 'libpg-query.wasm'));
