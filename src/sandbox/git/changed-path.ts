import { git } from './run.ts';

/** Paths a commit changed, as push payloads list them. */
export interface ChangedPaths {
  added: string[];
  removed: string[];
  modified: string[];
}

/** Lists what each commit changed against its parent, in one run of git; merges list nothing, renames are both. */
export async function changedPaths(folder: string, shas: string[]): Promise<Map<string, ChangedPaths>> {
  const changes = new Map(shas.map((sha) => [sha, noPaths()]));
  if (shas.length === 0) return changes;
  const args = ['diff-tree', '--stdin', '-r', '--root', '--no-renames', '--name-status', '-z'];
  const fields = (await git(folder, args, { input: `${shas.join('\n')}\n` })).split('\0');
  let current: ChangedPaths | undefined;
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? '';
    if (field.length === 40) {
      current = changes.get(field);
    } else if (field !== '') {
      at += 1;
      listOf(current, field)?.push(fields[at] ?? '');
    }
  }
  return changes;
}

function listOf(paths: ChangedPaths | undefined, status: string): string[] | undefined {
  if (status === 'A') return paths?.added;
  return status === 'D' ? paths?.removed : paths?.modified;
}

function noPaths(): ChangedPaths {
  return { added: [], removed: [], modified: [] };
}
