import type { GitObject } from '../git/object-reader.ts';
import { isFolder, type TreeEntry } from '../git/tree.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import type { Schema } from './schema.ts';

/** GitHub sends larger files without their content and says `encoding: none`. */
const MAX_INLINE_BYTES = 1_000_000;

/** A file with its content in base64. */
export function serialiseFileContent(
  kernel: Kernel,
  repository: Repository,
  file: { path: string; ref: string; blob: GitObject },
) {
  const { path, ref, blob } = file;
  const inline = blob.content.length <= MAX_INLINE_BYTES;
  return {
    ...contentIdentity(kernel, repository, { path, ref, sha: blob.sha, folder: false }),
    download_url: downloadUrl(kernel, repository, file),
    type: 'file' as const,
    size: blob.content.length,
    encoding: inline ? 'base64' : 'none',
    content: inline ? blob.content.toString('base64').replaceAll(/(.{60})/g, '$1\n') : '',
  } satisfies Schema<'content-file'>;
}

/** The rows of a folder. */
export function serialiseDirectory(
  kernel: Kernel,
  repository: Repository,
  folder: { path: string; ref: string; entries: (TreeEntry & { size: number })[] },
): Schema<'content-directory'> {
  return folder.entries.map((entry) => {
    const where = { path: folder.path === '' ? entry.name : `${folder.path}/${entry.name}`, ref: folder.ref };
    return {
      ...contentIdentity(kernel, repository, { ...where, sha: entry.sha, folder: isFolder(entry) }),
      download_url: isFolder(entry) ? null : downloadUrl(kernel, repository, where),
      type: typeOf(entry),
      size: isFolder(entry) ? 0 : entry.size,
    };
  });
}

function typeOf(entry: TreeEntry): 'dir' | 'file' | 'symlink' | 'submodule' {
  if (isFolder(entry)) return 'dir';
  if (entry.mode === '120000') return 'symlink';
  return entry.mode === '160000' ? 'submodule' : 'file';
}

function contentIdentity(
  kernel: Kernel,
  repository: Repository,
  where: { path: string; ref: string; sha: string; folder: boolean },
) {
  const { urls } = kernel;
  const { path, ref, sha, folder } = where;
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const url = urls.apiRepository(repository, `contents/${escaped}?ref=${encodeURIComponent(ref)}`);
  const git = urls.apiRepository(repository, `git/${folder ? 'trees' : 'blobs'}/${sha}`);
  const html = urls.webRepository(repository, `${folder ? 'tree' : 'blob'}/${ref}/${escaped}`);
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    url,
    html_url: html,
    git_url: git,
    _links: { self: url, git, html },
  };
}

function downloadUrl(
  kernel: Kernel,
  repository: Repository,
  { path, ref }: { path: string; ref: string },
): string {
  return kernel.urls.webRepository(
    repository,
    `raw/${ref}/${path.split('/').map(encodeURIComponent).join('/')}`,
  );
}
