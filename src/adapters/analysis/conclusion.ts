import type { Analysis } from '../../domain/analysis.ts';
import type { FixFiles } from './fix-file.ts';
import type { ReportFile } from './report-file.ts';
import type { FileHistory, Suspect } from './suspect.ts';

/** All that was found, before anything is concluded from it. */
export interface Evidence {
  readonly bug: number;
  readonly files: readonly ReportFile[];
  readonly doubts: readonly string[];
  readonly history: FileHistory;
  readonly suspects: readonly Suspect[];
  readonly fixes: readonly FixFiles[];
  readonly owners: readonly string[];
  readonly similarBugs: readonly number[];
}

const RISKY = [
  { pattern: /(?:^|\/)migrations?\/|\.sql$/iu, what: 'a database migration' },
  {
    pattern: /(?:^|\/)(?:Dockerfile|docker-compose[^/]*|\.github|terraform|k8s|helm)(?:\/|$)|\.tf$/iu,
    what: 'infrastructure',
  },
  {
    pattern:
      /(?:^|\/)(?:package(?:-lock)?\.json|pom\.xml|go\.(?:mod|sum)|requirements[^/]*\.txt|Gemfile(?:\.lock)?|Cargo\.(?:toml|lock))$/iu,
    what: 'dependencies',
  },
] as const;

/** Says in one or two sentences what the evidence points to. Plain text that may hold untrusted names. */
export function buildCause(evidence: Evidence): string {
  const { files, suspects, fixes, history } = evidence;
  const [file] = files;
  const [suspect] = suspects;
  if (suspect?.strength === 'wrote_since') {
    return `Commit ${short(suspect.oid)} ("${suspect.title}") ${suspect.because}. It is the likely cause.`;
  }
  if (suspect?.strength === 'changed_since') {
    const count = history.changes.length;
    const many = count === 1 ? 'One commit' : `${count} commits`;
    return `${many} changed ${placesOf(files)} after the last good version; the newest is ${short(suspect.oid)} ("${suspect.title}").`;
  }
  if (file !== undefined && history.span === 'since_last_good') {
    return `The report points to ${placesOf(files)}, where nothing changed after the last good version: the defect is older than that, or comes from data, configuration or another part.`;
  }
  if (file !== undefined)
    return `The report points to ${placesOf(files)}; there is no version known to be good to compare with.`;
  const [fix] = fixes;
  if (fix !== undefined)
    return `The report names no file of the deployed version; the linked fix #${fix.pull} changes ${listSome(fix.files)}.`;
  return 'Not known: the report names no file of the deployed version, and no fix is linked.';
}

/** What to do next, in order. */
export function buildPlan(evidence: Evidence): readonly string[] {
  const { files, suspects, fixes, owners, similarBugs, bug, history } = evidence;
  const [file] = files;
  const [suspect] = suspects;
  const at = file === undefined ? '' : `, through ${placeOf(file)}`;
  return [
    `Reproduce it on the deployed version ${short(history.deployed)} with a test that fails${at}.`,
    ...(file === undefined ? ['Ask the reporter for a stack trace, or for what they did and saw.'] : []),
    ...(suspect === undefined ? [] : [`Read commit ${short(suspect.oid)} by ${suspect.authorName} first.`]),
    ...(similarBugs.length === 0
      ? []
      : [`Compare with ${similarBugs.map((number) => `#${number}`).join(', ')}: the same files.`]),
    ...(owners.length === 0 ? [] : ['Ask the owners of the files for a review.']),
    ...(fixes.length === 0
      ? [`Link the fix: "Fixes #${bug}" in its pull request, or /fix on the bug.`]
      : fixes.map((fix) => `Check that #${fix.pull}, which changes ${listSome(fix.files)}, covers it.`)),
  ];
}

/** How much a change here can break, judged by paths alone; not knowing is a medium risk. */
export function judgeRisk({ files, fixes }: Evidence): {
  readonly risk: Analysis['risk'];
  readonly because: string;
} {
  const changed = [...new Set(fixes.flatMap((fix) => fix.files))];
  const touched = changed.length > 0 ? changed : [...new Set(files.map(({ path }) => path))];
  const risky = RISKY.find(({ pattern }) => touched.some((path) => pattern.test(path)));
  const source = changed.length > 0 ? 'the linked fix changes' : 'the report points to';
  if (risky !== undefined) return { risk: 'high', because: `risk is high: ${source} ${risky.what}` };
  if (touched.length === 0) return { risk: 'medium', because: 'risk is medium: no file is known' };
  const count = touched.length === 1 ? '1 file' : `${touched.length} files`;
  return { risk: touched.length > 5 ? 'medium' : 'low', because: `risk by size: ${source} ${count}` };
}

/** How sure the cause is, from what was found, with one sentence for each thing that counted. */
export function weighConfidence(evidence: Evidence): {
  readonly confidence: number;
  readonly basedOn: readonly string[];
} {
  const { files, suspects, fixes, similarBugs } = evidence;
  const frames = files.filter(({ inStackTrace }) => inStackTrace).length;
  const strength = suspects[0]?.strength;
  const paths = new Set(files.map(({ path }) => path));
  const agreeing = fixes.filter((fix) => fix.files.some((path) => paths.has(path)));
  const parts = [
    {
      holds: frames > 0,
      weight: 0.35,
      says: `a stack trace with ${frames} ${frames === 1 ? 'place' : 'places'} in the deployed version`,
    },
    {
      holds: frames === 0 && files.length > 0,
      weight: 0.15,
      says: `${files.length} of the deployed files named in the report`,
    },
    {
      holds: strength === 'wrote_since',
      weight: 0.35,
      says: 'a line of the report was written after the last good version',
    },
    {
      holds: strength === 'changed_since',
      weight: 0.15,
      says: 'the files changed after the last good version',
    },
    { holds: strength === 'wrote' || strength === 'recent', weight: 0.05, says: 'the history of the files' },
    {
      holds: agreeing.length > 0,
      weight: 0.2,
      says: `${agreeing.map(({ pull }) => `#${pull}`).join(', ')} changes the same files`,
    },
    {
      holds: fixes.length > 0 && agreeing.length === 0,
      weight: 0.05,
      says: `the files of ${fixes.map(({ pull }) => `#${pull}`).join(', ')}`,
    },
    { holds: similarBugs.length > 0, weight: 0.05, says: 'earlier bugs in the same files' },
  ].filter(({ holds }) => holds);
  const sum = parts.reduce((total, { weight }) => total + weight, 0);
  return { confidence: Math.round(sum * 100) / 100, basedOn: parts.map(({ says }) => says) };
}

function short(oid: string): string {
  return oid.slice(0, 7);
}

function placeOf({ path, line }: { readonly path: string; readonly line: number | null }): string {
  return line === null ? path : `${path}:${line}`;
}

function placesOf(files: readonly ReportFile[]): string {
  return listSome(files.map(placeOf));
}

function listSome(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return names.length === 0 ? 'no file' : `${names.slice(0, 3).join(', ')}${more}`;
}
