import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SetupFile } from '../../compose-setup.ts';

/** A file that a folder is to hold, and what is there. */
export interface PlannedFile extends SetupFile {
  readonly state: 'missing' | 'same' | 'differs';
}

/** Holds wanted files against a folder. */
export async function planFiles(
  folder: string,
  files: readonly SetupFile[],
): Promise<readonly PlannedFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const present = await readText(join(folder, file.path));
      if (present === null) return { ...file, state: 'missing' as const };
      return { ...file, state: file.isTheirs || present === file.content ? 'same' : 'differs' } as const;
    }),
  );
}

/** Writes the files of a plan that are missing and, with `force`, those that differ. Gives those it wrote. */
export async function writeFiles(
  folder: string,
  plan: readonly PlannedFile[],
  force: boolean,
): Promise<readonly PlannedFile[]> {
  const wanted = plan.filter(({ state }) => state === 'missing' || (force && state === 'differs'));
  for (const { path, content } of wanted) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return wanted;
}

/** A file's text, `null` without one. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
