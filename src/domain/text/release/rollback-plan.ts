import { rollbackTag, type Envelope, type Release } from '../../release.ts';
import { code, shortOid } from '../markdown.ts';

/** What it takes to go back from a release: the same steps that a rollback by itself takes, for people. */
export function renderRollbackPlan(release: Release): string {
  const { envelope, environment, id } = release;
  const title = `# Rollback plan: ${id}`;
  if (envelope.previous === null) {
    return `${title}\n\nNobody knows what ${environment.toUpperCase()} ran before: there is nothing to go back to.`;
  }
  const back = shortOid(envelope.previous);
  const bugs = envelope.bugs.map(({ number }) => `#${number}`);
  const services = envelope.services.map(({ name }) => name).toReversed();
  return [
    title,
    '',
    ...renderMigrations(envelope),
    `Back to ${back}, which is tagged \`${rollbackTag(release)}\`.`,
    '',
    ...services.map(
      (name, index) => `${index + 1}. ${name === null ? 'Everything' : `\`${name}\``} to ${back}`,
    ),
    `${services.length + 1}. The branch: revert commits, never a force push`,
    ...(bugs.length === 0
      ? []
      : [`${services.length + 2}. The bugs ${bugs.join(' ')} go back to \`confirmed\``]),
  ].join('\n');
}

const WAYS_BACK: Readonly<Record<Envelope['rollback'], string>> = {
  reversible: 'Run the down migrations first: they lose nothing.',
  app_rollback: 'The code goes back, the database stays as it is.',
  forward_fix:
    '**The old code does not fit the new shape:** a migration that mends it goes forward with the rollback.',
  restore_required: '**Data is gone that only a backup has:** without a restore this is no way back.',
};

function renderMigrations({ migrations, rollback }: Envelope): readonly string[] {
  if (migrations.length === 0) return [];
  const rows = migrations.map((each) => {
    const by = each.readBy === 'tokenizer' ? ', read by its words' : '';
    return `- ${code(each.path)}: ${each.class}, ${each.rollback.replaceAll('_', ' ')}${by}`;
  });
  return [...rows, '', WAYS_BACK[rollback], ''];
}
