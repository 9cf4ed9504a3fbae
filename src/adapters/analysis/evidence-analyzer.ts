import type { Analysis, SuspectFile } from '../../domain/analysis.ts';
import type { Bug } from '../../domain/bug.ts';
import { labelValues } from '../../domain/label.ts';
import type { Analyzer } from '../../ports/analyzer.ts';
import type { Repository } from '../../ports/repository.ts';
import { loadCodeOwners } from './code-owners.ts';
import { buildCause, buildPlan, judgeRisk, weighConfidence, type Evidence } from './conclusion.ts';
import { loadFixFiles, type FixFiles } from './fix-file.ts';
import { parsePathPattern } from '../../domain/path-pattern.ts';
import { findReportFiles } from './report-file.ts';
import { chooseSuspects, loadFileHistory } from './suspect.ts';

const MOST_FILES = 15;
const MOST_OWNERS = 10;
const MOST_SIMILAR = 5;

/** A part of the product and the paths that belong to it, as CODEOWNERS writes patterns. */
interface PathRule {
  readonly name: string;
  readonly patterns: readonly string[];
}

export interface EvidenceConfig {
  readonly repository: Repository;
  readonly services?: readonly PathRule[];
  readonly modules?: readonly PathRule[];
}

type Request = Parameters<Analyzer['analyze']>[0];

/**
 * Looks for the cause of a bug in the repository alone: the places that the report names, who wrote and changed them, what
 * the linked fixes change, who owns them, which bugs were there before. No model, nothing of the report is run or obeyed.
 *
 * Bounds: 200 mentions, 10 places, 5 suspects; reading the report takes time linear in its length.
 * Reads full history of both versions, which the comparison of the versions has brought already.
 *
 * @throws GitFailure when the remote cannot be reached; what git lastingly cannot tell is left out and said.
 */
export function createEvidenceAnalyzer(config: EvidenceConfig): Analyzer {
  return {
    async analyze(request) {
      const evidence = await gather(config.repository, request);
      return conclude(evidence, request, config);
    },
  };
}

async function gather(repository: Repository, request: Request): Promise<Evidence> {
  const { issue, deployed, lastGood, fixes, known } = request;
  const [report, fixFiles] = await Promise.all([
    findReportFiles(repository, issue, deployed),
    loadFixFiles(repository, fixes, deployed),
  ]);
  const history = await loadFileHistory(repository, report.files, { deployed, lastGood });
  const paths = pathsOf(report.files, fixFiles);
  const ownersOf = paths.length === 0 ? () => [] : await loadCodeOwners(repository, deployed);
  return {
    bug: issue.number,
    files: report.files,
    doubts: [...report.doubts, ...history.doubts],
    history,
    suspects: chooseSuspects(history),
    fixes: fixFiles,
    owners: [...new Set(paths.flatMap((path) => ownersOf(path)))].slice(0, MOST_OWNERS),
    similarBugs: findSimilar(known, paths),
  };
}

function conclude(evidence: Evidence, request: Request, config: EvidenceConfig): Analysis {
  const { risk, because } = judgeRisk(evidence);
  const { confidence, basedOn } = weighConfidence(evidence);
  const paths = pathsOf(evidence.files, evidence.fixes);
  const { labels } = request.issue;
  return {
    atMs: request.nowMs,
    commit: request.deployed,
    probableCause: buildCause(evidence),
    files: suspectFiles(evidence),
    commits: evidence.suspects.map(({ oid, title, authorName, because: why }) => ({
      oid,
      title,
      authorName,
      because: why,
    })),
    plan: buildPlan(evidence),
    risk,
    services: namesOf(config.services ?? [], paths, labelValues(labels, 'service')),
    modules: namesOf(config.modules ?? [], paths, labelValues(labels, 'module')),
    owners: evidence.owners,
    similarBugs: evidence.similarBugs,
    confidence,
    basedOn: [...basedOn, because, ...evidence.doubts],
  };
}

function pathsOf(files: readonly SuspectFile[], fixes: readonly FixFiles[]): readonly string[] {
  return [...new Set([...files.map(({ path }) => path), ...fixes.flatMap((fix) => fix.files)])].slice(0, 50);
}

function suspectFiles({ files, fixes }: Evidence): readonly SuspectFile[] {
  const reported = files.map(({ path, line, because }) => ({ path, line, because }));
  const others = fixes.flatMap(({ pull, files: changed }) =>
    changed
      .filter((path) => !reported.some((file) => file.path === path))
      .map((path) => ({ path, line: null, because: `changed by the fix #${pull}` })),
  );
  return [...reported, ...others].slice(0, MOST_FILES);
}

/** Bugs whose analysis names some of the same files, those with the most first, then the newest. */
function findSimilar(known: readonly Bug[], paths: readonly string[]): readonly number[] {
  return known
    .map(({ number, analysis }) => {
      const theirs = new Set(analysis?.files.map((file) => file.path));
      return { number, shared: paths.filter((path) => theirs.has(path)).length };
    })
    .filter(({ shared }) => shared > 0)
    .toSorted((left, right) => right.shared - left.shared || right.number - left.number)
    .slice(0, MOST_SIMILAR)
    .map(({ number }) => number);
}

function namesOf(
  rules: readonly PathRule[],
  paths: readonly string[],
  labelled: readonly string[],
): readonly string[] {
  const matching = rules.filter((rule) => {
    const patterns = rule.patterns.map(parsePathPattern);
    return paths.some((path) => patterns.some((matches) => matches(path)));
  });
  return [...new Set([...labelled, ...matching.map(({ name }) => name)])];
}
