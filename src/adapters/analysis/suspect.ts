import type { SuspectCommit } from '../../domain/analysis.ts';
import {
  GitFailure,
  type CommitUnit,
  type LineOrigin,
  type Oid,
  type Repository,
} from '../../ports/repository.ts';
import type { ReportFile } from './report-file.ts';

const MOST_SUSPECTS = 5;
const MOST_COMMITS = 30;
const MOST_LINES = 10;

/** What git knows about the files: who wrote the lines, and what changed since the version without the bug. */
export interface FileHistory {
  readonly origins: readonly LineOrigin[];
  /** Newest first; `recent` when there is no version without the bug to start from. */
  readonly changes: readonly CommitUnit[];
  readonly span: 'since_last_good' | 'recent';
  readonly lastGood: Oid | null;
  readonly deployed: Oid;
  /** What could not be read, one sentence each. */
  readonly doubts: readonly string[];
}

/** Asks git about the files that a report points to. */
export async function loadFileHistory(
  repository: Repository,
  files: readonly ReportFile[],
  span: { readonly deployed: Oid; readonly lastGood: Oid | null },
): Promise<FileHistory> {
  const { deployed, lastGood } = span;
  const lines = files.filter(({ isLineCertain }) => isLineCertain).slice(0, MOST_LINES);
  const paths = [...new Set(files.map(({ path }) => path))];
  const doubts: string[] = [];
  const unless = async <T>(what: string, read: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await read;
    } catch (error) {
      // What will not get better by waiting must not hold up the bug: the analysis goes on without it.
      if (!(error instanceof GitFailure) || error.retryable) throw error;
      doubts.push(`${what} could not be read`);
      return [];
    }
  };
  const spots = lines.flatMap(({ path, line }) => (line === null ? [] : [{ path, line }]));
  const [origins, changes] = await Promise.all([
    spots.length === 0 ? [] : unless('who wrote the lines', repository.blame(deployed, spots)),
    paths.length === 0
      ? []
      : unless(
          'the history of the files',
          repository.log({ from: deployed, since: lastGood, paths, limit: MOST_COMMITS }),
        ),
  ]);
  return {
    origins,
    changes,
    span: lastGood === null ? 'recent' : 'since_last_good',
    lastGood,
    deployed,
    doubts,
  };
}

/** A suspect, and how strong the evidence against it is. */
export interface Suspect extends SuspectCommit {
  readonly strength: 'wrote_since' | 'changed_since' | 'wrote' | 'recent';
}

/** The commits that may have brought the bug, the most suspect first. */
export function chooseSuspects(history: FileHistory): readonly Suspect[] {
  const found = new Map<string, Suspect>();
  const add = (suspect: Suspect) => {
    if (!found.has(suspect.oid)) found.set(suspect.oid, suspect);
  };
  const isNew = (oid: Oid) =>
    history.changes.some((unit) => unit.oid === oid || unit.inner.some((each) => each.oid === oid));
  const since = history.span === 'since_last_good';

  for (const origin of history.origins.filter(({ oid }) => since && isNew(oid))) {
    add({
      ...commitOf(origin),
      because: `wrote line ${origin.line} of ${origin.path}, after the last good version`,
      strength: 'wrote_since',
    });
  }
  for (const unit of since ? history.changes : []) {
    add({
      ...commitOf(unit),
      because: 'changed these files after the last good version',
      strength: 'changed_since',
    });
  }
  for (const origin of found.size > 0 ? [] : history.origins) {
    add({ ...commitOf(origin), because: `wrote line ${origin.line} of ${origin.path}`, strength: 'wrote' });
  }
  for (const unit of since ? [] : history.changes.slice(0, 3)) {
    add({ ...commitOf(unit), because: 'was among the last to change these files', strength: 'recent' });
  }
  return [...found.values()].slice(0, MOST_SUSPECTS);
}

function commitOf(source: LineOrigin | CommitUnit): Pick<SuspectCommit, 'oid' | 'title' | 'authorName'> {
  return { oid: source.oid, title: source.title, authorName: source.authorName };
}
