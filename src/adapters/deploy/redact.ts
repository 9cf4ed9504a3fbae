/** Takes secrets out of the lines of one output, one after the other: a key in PEM form spans many. */
export type RedactLine = (line: string) => string;

const MASK = '***';
/** Shorter ones would blot out ordinary words. */
const SHORTEST_SECRET = 6;
/** The longest key in PEM form that is in use has about a hundred lines. */
const LONGEST_PEM_LINES = 200;

/**
 * What secrets look like. GitHub's tokens hold dots and are up to 520 characters long.
 * Every pattern is bounded, so that no output makes it slow.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gh[a-z]|github_pat)_[\w.-]{16,}/gu, MASK],
  [/\beyJ[\w-]{10,500}\.[\w-]{10,4000}\.[\w-]{10,1000}/gu, MASK],
  [/(\b\w{2,20}:\/\/)[^\s/@]{1,500}@/gu, `$1${MASK}@`],
  [/(\bauthorization: ?)(?:\w{1,20} )?\S+/giu, `$1${MASK}`],
];

const PEM_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/u;
const PEM_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/u;

/** Takes out what looks like a secret, and the given ones, also where they are in base64. */
export function createRedactor(secrets: readonly string[]): RedactLine {
  const known = secretForms(secrets);
  let pemLinesLeft = 0;

  function withoutPem(line: string): string {
    if (pemLinesLeft > 0) {
      const end = PEM_END.exec(line);
      pemLinesLeft = end === null ? pemLinesLeft - 1 : 0;
      return end === null ? MASK : `${MASK}${line.slice(end.index + end[0].length)}`;
    }
    const begin = PEM_BEGIN.exec(line);
    if (begin === null) return line;
    const head = `${line.slice(0, begin.index)}${MASK}`;
    const end = PEM_END.exec(line);
    if (end !== null) return `${head}${line.slice(end.index + end[0].length)}`;
    pemLinesLeft = LONGEST_PEM_LINES;
    return head;
  }

  return (line) => {
    let clean = known.reduce((text, secret) => text.replaceAll(secret, MASK), line);
    clean = withoutPem(clean);
    for (const [pattern, mask] of PATTERNS) clean = clean.replaceAll(pattern, mask);
    return clean;
  };
}

function secretForms(secrets: readonly string[]): readonly string[] {
  const whole = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  const encoded = whole.flatMap((secret) => [base64(secret), base64(`x-access-token:${secret}`)]);
  const lines = whole.flatMap((secret) => secret.split(/\r?\n/u)).map((line) => line.trim());
  const forms = [...lines, ...encoded].filter((form) => form.length >= SHORTEST_SECRET);
  // A longer secret may hold a shorter one.
  return [...new Set(forms)].toSorted((left, right) => right.length - left.length);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('=', '');
}
