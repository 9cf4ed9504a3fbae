/** From the mildest to the worst. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Tells whether bugs of this severity go to the hotfix path and never into a slot. */
export function isHotfixSeverity(severity: Severity | null, hotfix: readonly Severity[]): boolean {
  return severity !== null && hotfix.includes(severity);
}

/** Reads a severity from a person's word; case does not matter. */
export function parseSeverity(word: string): Severity | null {
  return SEVERITIES.find((each) => each === word.toLowerCase()) ?? null;
}
