import { standingsOf, type Step } from '../../pipeline.ts';
import type { Release } from '../../release.ts';
import { code, shortOid } from '../markdown.ts';

/** Says exactly what runs where in the middle of a release, service by service; Markdown. */
export function describeStanding(release: Release, steps: readonly Step[]): string {
  const standings = standingsOf(steps, release);
  if (standings.length === 0) return 'Nothing of it was deployed.';
  const { commit, previous } = release.envelope;
  const before = previous === null ? 'what it ran before' : shortOid(previous);
  const serving = {
    new: shortOid(commit),
    old: before,
    either: `${shortOid(commit)} or ${before}, nobody knows which`,
  };
  const rows = standings.map(
    ({ service, serves }) => `- ${service === null ? 'Everything' : code(service)} runs ${serving[serves]}`,
  );
  return ['It stopped half-way:', '', ...rows].join('\n');
}
