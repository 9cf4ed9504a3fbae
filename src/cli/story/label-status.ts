const PREFIX = 'status:';

/** The status that a label names, `null` for every other label. */
export function parseStatusLabel(label: string): string | null {
  return label.startsWith(PREFIX) ? label.slice(PREFIX.length) : null;
}
