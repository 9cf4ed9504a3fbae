import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSchema } from '../config/generate.ts';
import { fillBlocks } from './generated-block.ts';
import { REFERENCE_BLOCKS } from './reference-block.ts';

/** A file with generated content: what it holds and what it should hold. */
export interface GeneratedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly current: string | null;
  readonly wanted: string;
}

const SCHEMA_PATH = 'docs/tonic.schema.json';

/**
 * Reads every file under `root` that has generated content: README.md, all Markdown in docs/, the editor schema.
 *
 * @throws Error, with the file's path, when a block in it is not understood.
 */
export async function loadGeneratedFiles(root: string): Promise<readonly GeneratedFile[]> {
  const names = await readdir(join(root, 'docs'));
  const pages = ['README.md', ...names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
  const files = await Promise.all(pages.map((path) => loadPage(root, path)));
  const schema = {
    path: SCHEMA_PATH,
    current: await readText(join(root, SCHEMA_PATH)),
    wanted: renderSchema(),
  };
  return [...files.filter((file) => file !== null), schema];
}

async function loadPage(root: string, path: string): Promise<GeneratedFile | null> {
  const current = await readText(join(root, path));
  if (current === null) return null;
  try {
    return { path, current, wanted: fillBlocks(current, REFERENCE_BLOCKS) };
  } catch (cause) {
    throw new Error(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
