import type { Analysis, SuspectCommit, SuspectFile } from '../analysis.ts';
import { code, plain, shortOid } from './markdown.ts';

const LONGEST_SENTENCE = 600;

/** The analysis as a comment. Everything in it may come from a report, a commit or a model, so everything is escaped. */
export function renderAnalysis(analysis: Analysis): string {
  return [
    '### Analysis',
    '',
    `**Probable cause:** ${plain(analysis.probableCause, LONGEST_SENTENCE)}`,
    '',
    ...section('Suspect files', analysis.files.map(renderFile)),
    ...section('Suspect commits', analysis.commits.map(renderCommit)),
    ...section(
      'Plan',
      analysis.plan.map((step) => plain(step, LONGEST_SENTENCE)),
      '1.',
    ),
    renderFacts(analysis),
    '',
    ...section(
      'Based on',
      analysis.basedOn.map((fact) => plain(fact, LONGEST_SENTENCE)),
    ),
    `<sub>Held against the deployed commit ${shortOid(analysis.commit)}. An analysis decides nothing: people do.</sub>`,
  ].join('\n');
}

function section(title: string, rows: readonly string[], mark = '-'): readonly string[] {
  if (rows.length === 0) return [];
  return [`**${title}**`, '', ...rows.map((row) => `${mark} ${row}`), ''];
}

function renderFile({ path, line, because }: SuspectFile): string {
  const place = line === null ? path : `${path}:${line}`;
  return `${code(place, 300)}: ${plain(because)}`;
}

function renderCommit({ oid, title, authorName, because }: SuspectCommit): string {
  return `${shortOid(oid)} ${plain(title, 120)}, ${plain(authorName, 60)}: ${plain(because, 300)}`;
}

function renderFacts(analysis: Analysis): string {
  const facts = [
    `**Risk:** ${analysis.risk}`,
    `**Confidence:** ${Math.round(analysis.confidence * 100)} %`,
    ...listed(
      'Services',
      analysis.services.map((name) => code(name, 60)),
    ),
    ...listed(
      'Modules',
      analysis.modules.map((name) => code(name, 60)),
    ),
    ...listed(
      'Owners',
      analysis.owners.map((name) => code(name, 100)),
    ),
    ...listed(
      'Similar bugs',
      analysis.similarBugs.map((number) => `#${number}`),
    ),
  ];
  return facts.join(' · ');
}

function listed(title: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`**${title}:** ${names.join(', ')}`];
}
