import { rollbackTag, type Release } from '../../release.ts';
import { shortOid } from '../markdown.ts';

/** What it takes to go back from a release: the same steps that a rollback by itself takes, for people. */
export function renderRollbackPlan(release: Release): string {
  const { envelope, environment, id } = release;
  const title = `# Rollback plan: ${id}`;
  if (envelope.previous === null) {
    return `${title}\n\nNobody knows what ${environment.toUpperCase()} ran before: there is nothing to go back to.`;
  }
  const back = shortOid(envelope.previous);
  const services = envelope.services.map(({ name }) => name).toReversed();
  return [
    title,
    '',
    `Back to ${back}, which is tagged \`${rollbackTag(release)}\`.`,
    '',
    ...services.map(
      (name, index) => `${index + 1}. ${name === null ? 'Everything' : `\`${name}\``} to ${back}`,
    ),
    `${services.length + 1}. The branch: revert commits, never a force push`,
    `${services.length + 2}. The bugs ${envelope.bugs.map(({ number }) => `#${number}`).join(' ')} go back to \`confirmed\``,
  ].join('\n');
}
