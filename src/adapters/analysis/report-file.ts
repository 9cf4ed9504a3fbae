import type { SuspectFile } from '../../domain/analysis.ts';
import type { IssueFacts } from '../../ports/github.ts';
import type { Oid, Repository } from '../../ports/repository.ts';
import { createFileIndex, type FileIndex } from './file-index.ts';
import { findMentions, type Mention } from './mention.ts';

const MOST_FILES = 10;
/** Larger files are not opened; their lines are taken as they are told. */
const LARGEST_BYTES = 2 * 1024 * 1024;

/** A file that the report points to. */
export interface ReportFile extends SuspectFile {
  readonly inStackTrace: boolean;
  /** The report's line exists at the deployed commit, so what git says about it counts. */
  readonly isLineCertain: boolean;
}

/** What a report points to, and what it names that could not be told apart. */
export interface ReportFiles {
  readonly files: readonly ReportFile[];
  /** One sentence each. */
  readonly doubts: readonly string[];
}

/** Finds the files that an issue's title and body name among those of the deployed commit. */
export async function findReportFiles(
  repository: Repository,
  issue: Pick<IssueFacts, 'title' | 'body'>,
  deployed: Oid,
): Promise<ReportFiles> {
  const mentions = inOrder([...findMentions(issue.body), ...findMentions(issue.title)]);
  if (mentions.length === 0) return { files: [], doubts: [] };
  const { found, ambiguous } = resolveAll(createFileIndex(await repository.listFiles(deployed)), mentions);
  const checked = await Promise.all(found.map((file) => checkLine(repository, deployed, file)));
  const late = checked.filter((file) => file.line !== null && !file.isLineCertain && !file.isCompiled);
  return {
    files: checked,
    doubts: [
      ...ambiguous.map(({ name, count }) => `${name} is the name of ${count} files, so it did not count`),
      ...late.map(
        ({ path }) => `the report names a line behind the end of ${path}: it may be about another version`,
      ),
    ],
  };
}

/** Stack traces first, innermost call first; then names. */
function inOrder(mentions: readonly Mention[]): readonly Mention[] {
  const frames = mentions.filter(({ kind }) => kind === 'stack_trace');
  const names = mentions.filter(({ kind }) => kind === 'named');
  const turned = frames.filter(({ innermostLast }) => innermostLast).toReversed();
  const straight = frames.filter(({ innermostLast }) => !innermostLast);
  return [
    ...turned,
    ...straight,
    ...names.filter(({ line }) => line !== null),
    ...names.filter(({ line }) => line === null),
  ];
}

interface FoundFile extends ReportFile {
  readonly isCompiled: boolean;
}

function resolveAll(index: FileIndex, mentions: readonly Mention[]) {
  const found = new Map<string, FoundFile>();
  const ambiguous = new Map<string, { readonly name: string; readonly count: number }>();
  for (const mention of mentions) {
    const result = index.resolve(mention);
    if (result.kind === 'ambiguous') ambiguous.set(result.name, result);
    if (result.kind !== 'found' || found.size >= MOST_FILES) continue;
    const line = result.isCompiled ? null : mention.line;
    const isKnown = [...found.values()].some(({ path }) => path === result.path);
    const key = `${result.path}:${line ?? ''}`;
    if (found.has(key) || (isKnown && line === null)) continue;
    found.set(key, toFile(mention, { path: result.path, line, isCompiled: result.isCompiled }));
  }
  return { found: [...found.values()], ambiguous: [...ambiguous.values()].slice(0, 3) };
}

function toFile(mention: Mention, place: Pick<FoundFile, 'path' | 'line' | 'isCompiled'>): FoundFile {
  const inStackTrace = mention.kind === 'stack_trace';
  const source = inStackTrace ? 'stack trace' : 'named in the report';
  return {
    ...place,
    because: place.isCompiled ? `${source}, compiled from this file` : source,
    inStackTrace,
    isLineCertain: false,
  };
}

async function checkLine(repository: Repository, deployed: Oid, file: FoundFile): Promise<FoundFile> {
  if (file.line === null) return file;
  const text = (await repository.readFiles(deployed, [file.path], LARGEST_BYTES)).get(file.path);
  if (text === undefined) return { ...file, line: null };
  const last = text.replace(/\n$/u, '').split('\n').length;
  return file.line <= last ? { ...file, isLineCertain: true } : { ...file, line: last };
}
