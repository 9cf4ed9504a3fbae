import type { Release, ReleasedBug } from '../../release.ts';
import { plain } from '../markdown.ts';

const LONGEST_TITLE = 120;

/** The release notes, a block a service: `[backend] Fix: …`. A bug that names no service is under all that are released. */
export function renderNotes({ id, environment, envelope }: Release): string {
  const released = envelope.services.map(({ name }) => name);
  const blocks = released.map((name) => {
    const bugs = envelope.bugs.filter((bug) => isAbout(bug, name, released));
    return bugs.map((bug) => renderNote(bug, name));
  });
  // One that names only services which are not released is told too.
  const told = new Set(
    envelope.bugs
      .filter((bug) => released.some((name) => isAbout(bug, name, released)))
      .map(({ number }) => number),
  );
  const rest = envelope.bugs.filter(({ number }) => !told.has(number)).map((bug) => renderNote(bug, null));
  const pulls = (envelope.pulls ?? []).map(({ number }) => `- Release: #${number}`);
  const lines = [...blocks.flat(), ...rest, ...pulls];
  return [
    `## ${id} on ${environment.toUpperCase()}`,
    '',
    ...(lines.length === 0 ? ['No fixes.'] : lines),
  ].join('\n');
}

function isAbout(
  { services }: ReleasedBug,
  name: string | null,
  released: readonly (string | null)[],
): boolean {
  if (name === null) return true;
  const named = services.filter((each) => released.includes(each));
  return named.length === 0 ? services.length === 0 : named.includes(name);
}

function renderNote({ number, title, pulls }: ReleasedBug, service: string | null): string {
  const lead = service === null ? '' : `[${service}] `;
  const words = title === null ? `#${number}` : `${plain(title, LONGEST_TITLE)} (#${number})`;
  const by = pulls.length === 0 ? '' : `, ${pulls.map((pull) => `#${pull}`).join(' ')}`;
  return `- ${lead}Fix: ${words}${by}`;
}
