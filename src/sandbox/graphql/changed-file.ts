import type { PatchStatus, PullRequestChangedFile } from '@octokit/graphql-schema';
import type { FileChange } from '../git/diff.ts';
import { changedFilesOf } from '../pull/changed-file.ts';
import type { PullPlace } from '../pull/state.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph } from './graph.ts';

const CHANGE_TYPES: { [status in FileChange['status']]: PatchStatus } = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  copied: 'COPIED',
  changed: 'CHANGED',
};

/** The files that a pull request changes. */
export async function changedFileList(
  { kernel }: Graph,
  { repository, pull }: PullPlace,
  page: PageArguments,
) {
  return connection('PullRequestChangedFileConnection', page, {
    items: await changedFilesOf(kernel, repository, pull),
    toNode: ({ path, additions, deletions, status }) =>
      ({
        __typename: 'PullRequestChangedFile',
        path,
        additions,
        deletions,
        changeType: CHANGE_TYPES[status],
      }) satisfies Fields<PullRequestChangedFile>,
  });
}
