/** A file that a report names, as it is written there. */
export interface Mention {
  /** From the outermost folder to the file's name, without what cannot be part of a path here. */
  readonly segments: readonly string[];
  /** From 1. */
  readonly line: number | null;
  readonly kind: 'stack_trace' | 'named';
  /** Its kind of trace shows the innermost call last, as Python's does. */
  readonly innermostLast: boolean;
}

/** GitHub keeps at most this much of a title or body. */
const LONGEST_TEXT = 65_536;
const MOST_MENTIONS = 200;
const LONGEST_TOKEN = 400;

/** One class, repeated, without anything behind it: the time is linear in the text. */
const TOKEN = /[\p{L}\p{N}_./\\:@~+$#[\]-]+/gu;

/** What a line of a stack trace begins with, in JavaScript, Java, .NET, Python, PHP, Ruby, Rust and Go. */
const FRAME_BEGIN = /^(?:at |File "|#\d{1,4} |from |--> |thread '|\d{1,4}: |goroutine )/u;
const LEADING = /^[\s>|*`]{1,200}/u;
/** Languages whose messages end with `in <file>:<line>`. */
const NAMED_BY_IN = /\.(?:php|cs|fs|vb)$/u;
const NAMED_BY_CLASS = /\.(?:java|kt|scala|groovy)$/u;
const WITHOUT_ENDING = /^(?:Dockerfile|Makefile|Jenkinsfile|Gemfile|Rakefile|Procfile|Vagrantfile)$/u;

const LINE_BEHIND = [
  /^\((\d{1,7})(?:,\d{1,7})?\)/u, // PHP `(42)`, TypeScript `(42,5)`
  /^["'`]{0,2},? (?:on )?line (\d{1,7})/iu, // Python, PHP, people
  /^\?[\w=&.-]{0,60}:(\d{1,7})/u, // development servers, `?t=1:42`
];

/**
 * Finds the files that a text names: in stack traces of JavaScript and TypeScript, Python, Java and Kotlin, Go, Ruby,
 * .NET, PHP and Rust, in links to GitHub, and by plain names.
 *
 * Bounds: the first 65,536 characters, at most 200 mentions, time linear in the text.
 */
export function findMentions(text: string): readonly Mention[] {
  const found: Mention[] = [];
  for (const line of text.slice(0, LONGEST_TEXT).split(/\r\n|\n|\r/u)) {
    for (const token of line.matchAll(TOKEN)) {
      const mention = readToken(token[0], { line, start: token.index });
      if (mention !== null) found.push(mention);
      if (found.length >= MOST_MENTIONS) return found;
    }
  }
  return found;
}

/** Where a token stands in its line. */
interface Surroundings {
  readonly line: string;
  readonly start: number;
}

function readToken(token: string, at: Surroundings): Mention | null {
  if (!isPathLike(token)) return null;
  const path = token.replaceAll('\\', '/').replace(/^[[#@:-]{1,9}/u, '');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const [name = '', ...location] = (parts.pop() ?? '').replace(/[\].:-]{1,9}$/u, '').split(/[:#]/u);
  if (!isFileName(name, parts.length > 0)) return null;
  const behind = at.line.slice(at.start + token.length, at.start + token.length + 80);
  const line = readLine(location, behind);
  const beginsAt = parts.findLastIndex((part) => part === '..' || isSchemeOrDrive(part)) + 1;
  const begin = lineBegin(at);
  const isFrame = line !== null && isStackFrame({ name, location, behind, begin, before: textBefore(at) });
  return {
    segments: [...classFolders(name, at), ...parts.slice(beginsAt), name],
    line,
    kind: isFrame ? 'stack_trace' : 'named',
    innermostLast: isFrame && begin.startsWith('File "'),
  };
}

/** Nearly all words end here. */
function isPathLike(token: string): boolean {
  if (token.length < 3 || token.length > LONGEST_TOKEN) return false;
  return /[./\\]/u.test(token) || WITHOUT_ENDING.test(token);
}

/** The line up to the token, without indentation and quotation. */
function lineBegin({ line, start }: Surroundings): string {
  return line.slice(0, Math.min(start + 1, 300)).replace(LEADING, '');
}

function textBefore({ line, start }: Surroundings): string {
  return line.slice(Math.max(0, start - 4), start);
}

function isSchemeOrDrive(part: string): boolean {
  return part.endsWith(':');
}

function isFileName(name: string, hasFolder: boolean): boolean {
  if (name.length < 2 || name.startsWith('@')) return false;
  const dot = name.lastIndexOf('.');
  return (dot >= 0 && dot < name.length - 1) || hasFolder || WITHOUT_ENDING.test(name);
}

function readLine(location: readonly string[], behind: string): number | null {
  const [first = ''] = location;
  const written = /^L?(\d{1,7})(?:-|$|C)/u.exec(first)?.[1];
  const worded = first === 'line' ? /^ (\d{1,7})/u.exec(behind)?.[1] : undefined;
  const text = written ?? worded ?? LINE_BEHIND.map((pattern) => pattern.exec(behind)?.[1]).find(Boolean);
  const line = Number(text ?? 0);
  return line > 0 ? line : null;
}

/** `com.acme.billing.Invoice.total(Invoice.java:42)` tells the folder: `com/acme/billing`. */
function classFolders(name: string, { line, start }: Surroundings): readonly string[] {
  if (line[start - 1] !== '(' || !NAMED_BY_CLASS.test(name)) return [];
  let begin = start - 1;
  while (begin > 0 && start - begin < 300 && /[\w.$/]/u.test(line[begin - 1] ?? '')) begin -= 1;
  const qualified =
    line
      .slice(begin, start - 1)
      .split('/')
      .at(-1) ?? '';
  return qualified.split('.').slice(0, -2);
}

function isStackFrame(token: {
  readonly name: string;
  readonly location: readonly string[];
  readonly behind: string;
  readonly begin: string;
  readonly before: string;
}): boolean {
  if (FRAME_BEGIN.test(token.begin)) return true;
  if (token.location.includes('in') || token.behind.startsWith(' +0x')) return true;
  return token.before === ' in ' && NAMED_BY_IN.test(token.name);
}
