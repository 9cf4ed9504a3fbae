import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../model/repository.ts';
import { createObjectReader, type BareRepository, type ObjectReader } from './object-reader.ts';

/** The bare repositories of a sandbox. */
export interface GitStore {
  /** The bare repository's folder. */
  folderOf(repository: Repository): string;
  /** Makes the empty bare repository; one that is there stays. */
  create(repository: Repository): void;
  /** Lets a fork read every object of another repository without having it. */
  borrow(fork: Repository, from: Repository): void;
  /** Fast reads of objects and refs. */
  reader(repository: Repository): ObjectReader;
  /** Folder and reader together, as the functions of this folder take them. */
  open(repository: Repository): BareRepository;
  /** Ends the helper processes. */
  close(): Promise<void>;
}

/** Keeps bare repositories as `<folder>/<repository id>.git`. */
export function createGitStore(folder: string): GitStore {
  const readers = new Map<number, ObjectReader>();
  const folderOf = (repository: Repository): string => join(folder, `${repository.id}.git`);
  const readerOf = (repository: Repository): ObjectReader => {
    const known = readers.get(repository.id);
    if (known) return known;
    const reader = createObjectReader(folderOf(repository));
    readers.set(repository.id, reader);
    return reader;
  };
  return {
    folderOf,
    create: (repository) => {
      if (!existsSync(folderOf(repository))) createBare(folderOf(repository), repository.defaultBranch);
    },
    borrow: (fork, from) => {
      // A relative path, so that the data folder may move. Source: gitrepository-layout(5), objects/info/alternates.
      const alternates = join(folderOf(fork), 'objects', 'info', 'alternates');
      writeFileSync(alternates, `../../${from.id}.git/objects\n`);
    },
    reader: readerOf,
    open: (repository) => ({ folder: folderOf(repository), reader: readerOf(repository) }),
    close: async () => {
      await Promise.all([...readers.values()].map((reader) => reader.close()));
      readers.clear();
    },
  };
}

/** What `git init --bare` makes, without its sample hooks; hooks are never run here. */
function createBare(folder: string, branch: string): void {
  for (const part of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'HEAD'), `ref: refs/heads/${branch}\n`);
  writeFileSync(join(folder, 'config'), CONFIG);
}

/** Partial and exact-sha fetches are allowed, as on GitHub. */
const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\thooksPath = /dev/null
\tlogAllRefUpdates = false
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[gc]
\tauto = 0
[http]
\tuploadpack = true
`;
