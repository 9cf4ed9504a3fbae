import type { CountedCommit, DeployedVersion, ParityVerdict } from '../flow.ts';
import { nameOf, plain, shortOid } from './markdown.ts';

const SHOWN = 10;

/** The verdict with all that it rests on: both commits, both versions, the commits that count. */
export function renderEvidence(verdict: ParityVerdict): string {
  const ignored = [
    verdict.equivalent > 0 ? `${verdict.equivalent} that both sides have` : '',
    verdict.inFlight > 0 ? `${verdict.inFlight} of fixes on their way` : '',
  ].filter((part) => part !== '');
  const blocks = [
    '<details><summary>Version evidence</summary>',
    [
      '| | commit | version | known from |',
      '| --- | --- | --- | --- |',
      renderVersion('UAT', verdict.uat),
      renderVersion('PROD', verdict.prod),
    ].join('\n'),
    renderCommits('On UAT only', verdict.uatOnly),
    renderCommits('On PROD only', verdict.prodOnly),
    ...(ignored.length > 0 ? [`Not counted: ${ignored.join(', ')}.`] : []),
    '</details>',
  ];
  return blocks.join('\n\n');
}

function renderVersion(name: string, version: DeployedVersion): string {
  const label = version.version === null ? '–' : plain(version.version, 60);
  const by = version.by === null ? '' : `, recorded by ${nameOf(version.by)}`;
  return `| ${name} | ${version.commit} | ${label} | ${version.source}${by} |`;
}

function renderCommits(title: string, commits: readonly CountedCommit[]): string {
  if (commits.length === 0) return `${title}: nothing.`;
  const rows = commits.slice(-SHOWN).map((commit) => `- ${commit.oid} ${plain(commit.title, 100)}`);
  const more = commits.length > SHOWN ? [`- and ${commits.length - SHOWN} older`] : [];
  return `${title} (${commits.length}):\n${[...rows, ...more].join('\n')}`;
}

/** The verdict in a few words, for a table cell. */
export function renderVerdictLine(verdict: ParityVerdict): string {
  return `UAT ${shortOid(verdict.uat.commit)} · PROD ${shortOid(verdict.prod.commit)} · ${STATES[verdict.state]}`;
}

const STATES: Readonly<Record<ParityVerdict['state'], string>> = {
  aligned: 'aligned',
  uat_ahead: 'UAT ahead',
  prod_ahead: 'PROD ahead',
  diverged: 'diverged',
};
