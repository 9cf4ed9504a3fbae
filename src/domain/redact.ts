/** Takes secrets out of a text. Doing it again changes nothing more. */
export type Redact = (text: string) => string;

/** How one process keeps secrets out of what it writes. */
export interface Redaction {
  /** For whole texts. */
  readonly text: Redact;
  /** A new one for lines that come one after the other: a key in PEM form spans many. */
  lines(): Redact;
}

/** What stands in a secret's place. */
const MASK = '***';

/** Shorter ones would blot out ordinary words. */
const SHORTEST_KNOWN = 6;

/** A known secret this long is recognised by any {@link PIECE} characters of it, however it is cut or wrapped. */
const LONG = 32;
const PIECE = 24;
const LONG_RUN = /[\w+/=.-]{24,}/gu;

/** A token begins where no word goes on; an escape such as `\n` or `%3D` is no word. */
const START = String.raw`(?<=^|[^A-Za-z\d]|\\[nrt]|%[\dA-Fa-f]{2})`;

/** What is called like this is a secret, whatever it looks like. */
const NAME =
  'secret|password|passwd|passphrase|credentials?|(?:api|private|access|signing)[_-]?key|(?:access|auth|api|bot|refresh|github)[_-]?token';

/** Between a name and its value: `: `, `="`, and in JSON within JSON `\":\"`. */
const IS = String.raw`\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?`;
const VALUE = String.raw`(?:[^\s"'\\,;&]|\\(?!["']))`;

/**
 * What secrets look like, whoever they belong to. Every repetition has a bound, so that no text makes this slow.
 *
 * Source: GitHub's newer tokens hold a signed token, with dots and dashes and up to some 520 characters.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // By where they stand: in an address, a header, an assignment.
  [/(\b[a-z][a-z\d+.-]{1,20}:\/\/)[^\s/?#@"'<>]{1,600}@/giu, `$1${MASK}@`],
  [/(x-access-token:)[^\s@"'<>]{1,600}/giu, `$1${MASK}`],
  [
    new RegExp(
      `(authorization${IS}(?:(?:basic|bearer|token|digest|negotiate)\\s{1,3})?)${VALUE}{1,600}`,
      'giu',
    ),
    `$1${MASK}`,
  ],
  [/(\bbearer\s{1,3})(?=[^\s\d]{0,600}\d)[\w+/=.~-]{16,600}/giu, `$1${MASK}`],
  [new RegExp(`((?:${NAME})[\\w-]{0,40}${IS})${VALUE}{${SHORTEST_KNOWN},600}`, 'giu'), `$1${MASK}`],
  // GitHub's tokens of every kind, the older ones of installations too.
  [new RegExp(`${START}gh[pousr]_[\\w.-]{16,1000}`, 'gmu'), MASK],
  [new RegExp(`${START}github_pat_\\w{4,300}`, 'gmu'), MASK],
  [new RegExp(`${START}v\\d{1,2}\\.[\\da-f]{40}\\b`, 'gmu'), MASK],
  // Signed tokens, also when their end is cut off.
  [/eyJ[\w-]{1,300}\.(?:eyJ[\w-]{1,4000}|[\w-]{8,4000})(?:\.[\w-]{1,4000}){0,3}/gu, MASK],
  // Telegram, also in the address where it is called; Slack.
  [/(?<!\d)\d{5,16}:A[\w-]{33,40}/gu, MASK],
  [new RegExp(`${START}xox[a-z](?:\\.xox[a-z])?-[\\w-]{10,300}`, 'gmu'), MASK],
  [new RegExp(`${START}xapp-\\d-[\\w-]{10,300}`, 'gmu'), MASK],
  [/(\bhooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/-]{8,300}/giu, `$1${MASK}`],
  // An RSA key without its frame, and what is in PEM form below another layer of base64.
  [/MII[A-Z][\w+/]{2}IBA(?:AKC|DANBgkq)[\w+/=]{0,10000}/gu, MASK],
  [/LS0tLS1CRUdJTi[\w+/=-]{20,20000}/gu, MASK],
];

/** The longest key in PEM form that is in use has about a hundred lines. */
const LONGEST_PEM_LINES = 200;
const PEM_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/u;
const PEM_END = /-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/u;

/**
 * Makes the taking out of secrets: of what looks like one, and of `known`, the values that this process knows to be
 * secret. Known ones are looked for as they are, so each form in which one may show has to be among them.
 */
export function createRedaction(known: readonly string[]): Redaction {
  const withoutKnown = createKnownRedact(known);
  return {
    text: (text) => withoutShapes(withoutKeys(withoutKnown(text))),
    lines() {
      const withoutPem = createPemRedact();
      return (line) => withoutShapes(withoutPem(withoutKnown(line)));
    },
  };
}

const LOOKS = createRedaction([]);

/** Takes out what looks like a secret, for where no known ones are at hand. */
export function withoutSecrets(text: string): string {
  return LOOKS.text(text);
}

/** Takes secrets out of every string in a value but those under the keys in `kept`. Keys are left as they are. */
export function redactAll<T>(value: T, redact: Redact, kept?: ReadonlySet<string>): T;
export function redactAll(value: unknown, redact: Redact, kept: ReadonlySet<string> = NONE): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each: unknown) => redactAll(each, redact, kept));
  if (value instanceof Error) return redact(`${value.name}: ${value.message}`);
  if (typeof value !== 'object' || value === null) return value;
  const clean = Object.entries(value).map(([key, each]) => [
    key,
    kept.has(key) ? each : redactAll(each, redact, kept),
  ]);
  return Object.fromEntries(clean);
}

const NONE: ReadonlySet<string> = new Set();

function withoutShapes(text: string): string {
  return SHAPES.reduce((clean, [shape, mask]) => clean.replaceAll(shape, mask), text);
}

function withoutKeys(text: string): string {
  return PEM_BEGIN.test(text) ? text.split('\n').map(createPemRedact()).join('\n') : text;
}

/** Takes out keys in PEM form, whether they stand in one line or in many. */
function createPemRedact(): Redact {
  let linesLeft = 0;

  function open(line: string): string {
    const begin = PEM_BEGIN.exec(line);
    if (begin === null) return line;
    const head = `${line.slice(0, begin.index)}${MASK}`;
    const rest = line.slice(begin.index + begin[0].length);
    const end = PEM_END.exec(rest);
    if (end !== null) return `${head}${open(rest.slice(end.index + end[0].length))}`;
    linesLeft = LONGEST_PEM_LINES;
    return head;
  }

  return (line) => {
    if (linesLeft === 0) return open(line);
    const end = PEM_END.exec(line);
    linesLeft = end === null && isKeyMaterial(line) ? linesLeft - 1 : 0;
    if (end !== null) return `${MASK}${open(line.slice(end.index + end[0].length))}`;
    return linesLeft > 0 ? MASK : open(line);
  };
}

/** Base64, with whatever a log puts before it; a header such as `Proc-Type: 4,ENCRYPTED`; nothing. */
function isKeyMaterial(line: string): boolean {
  const bare = line.trim();
  return /^[A-Za-z\d+/=]*$/u.test(bare) || /^[A-Z][A-Za-z-]{1,40}: /u.test(bare) || /[\w+/]{40}/u.test(bare);
}

function createKnownRedact(known: readonly string[]): Redact {
  const whole = [...new Set(known)].filter(({ length }) => length >= SHORTEST_KNOWN);
  // A longer secret may hold a shorter one.
  const longestFirst = whole.toSorted((left, right) => right.length - left.length);
  const pieces = new Set(whole.filter(({ length }) => length >= LONG).flatMap(piecesOf));
  return (text) => {
    const clean = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
    return pieces.size === 0 ? clean : clean.replaceAll(LONG_RUN, (run) => withoutPieces(run, pieces));
  };
}

function piecesOf(secret: string): string[] {
  return Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE));
}

function withoutPieces(run: string, pieces: ReadonlySet<string>): string {
  let clean = '';
  let from = 0;
  for (let at = PIECE; at <= run.length; at += 1) {
    if (!pieces.has(run.slice(at - PIECE, at))) continue;
    // What the piece before covered ends where this one begins or later: one mask for both.
    if (at - PIECE >= from) clean += `${run.slice(from, at - PIECE)}${MASK}`;
    from = at;
  }
  return clean + run.slice(from);
}
