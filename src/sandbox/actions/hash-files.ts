import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Answers `hashFiles(...)`: one SHA-256 over the SHA-256 of each file that fits, in order of path; empty when none fits.
 *
 * Source: github.com/actions/runner, src/Misc/expressionFunc/hashFiles.
 */
export function hashFilesIn(workspace: string, patterns: string[]): string {
  const files = [...new Set(globSync(patterns, { cwd: workspace }))]
    .toSorted()
    .map((path) => join(workspace, path))
    .filter((path) => statSync(path).isFile());
  if (files.length === 0) return '';
  const all = createHash('sha256');
  for (const file of files) all.update(createHash('sha256').update(readFileSync(file)).digest());
  return all.digest('hex');
}
