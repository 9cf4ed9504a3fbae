/**
 * Tokens of GitHub in every shape, also the long ones with dots; keys in PEM, line by line; headers.
 * Source: GitHub's installation tokens are becoming `ghs_<app>_<JWT>` of about 520 characters (2026-04-24).
 */
const SECRETS = [
  /\bgh[a-z]_[\w.-]+/gu,
  /\bgithub_pat_\w+/gu,
  /-----(?:BEGIN|END)[^-]*PRIVATE KEY-----/gu,
  /\b(?:basic|bearer|token)\s+[\w.~+/-]{16,}=*/giu,
];

/** Takes secrets out of a line: those that look like one, and those given. */
export function redactLine(line: string, known: readonly string[]): string {
  let clean = line;
  for (const secret of known) if (secret.length >= 4) clean = clean.replaceAll(secret, '***');
  for (const pattern of SECRETS) clean = clean.replaceAll(pattern, '***');
  return clean;
}
