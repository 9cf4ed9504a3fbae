import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadGeneratedFiles } from './generated-file.ts';

/** `npm run gen` writes what is stale; with `--check` it only names it and ends with 1. */
const isCheck = process.argv.includes('--check');
const root = join(import.meta.dirname, '..', '..');

const stale = (await loadGeneratedFiles(root)).filter(({ current, wanted }) => current !== wanted);
if (isCheck) {
  for (const { path } of stale) console.error(`${path} is stale: run npm run gen`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, wanted } of stale) {
    await writeFile(join(root, path), wanted);
    console.log(`wrote ${path}`);
  }
}
