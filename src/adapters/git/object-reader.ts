import { gitFailure } from './failure.ts';
import type { GitRunner, RunningGit } from './run-git.ts';

interface GitObject {
  readonly oid: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Reads objects through one git process, in the order asked, fetching what is missing. */
export interface ObjectReader {
  /** `null` where there is no such object. The name is an object name, never a path. */
  read(oid: string): Promise<GitObject | null>;
  /** Size in bytes without reading the content. */
  size(oid: string): Promise<number | null>;
}

interface Question {
  readonly withContent: boolean;
  readonly answer: (object: (GitObject & { readonly size: number }) | null) => void;
  readonly fail: (cause: Error) => void;
}

/** Opens an object reader for the time of `use`. */
export async function withObjectReader<T>(
  git: GitRunner,
  use: (objects: ObjectReader) => Promise<T>,
): Promise<T> {
  const running = await git.start({ args: ['cat-file', '--batch-command'], remote: true }, 'left to caller');
  const { ask, ended } = converse(running);
  try {
    return await use({
      read: (oid) => ask(`contents ${oid}`, true),
      size: async (oid) => (await ask(`info ${oid}`, false))?.size ?? null,
    });
  } finally {
    running.process.stdin.end();
    await ended;
  }
}

/** Questions go out at once and are answered in order; an early end of the process fails all open ones. */
function converse(running: RunningGit) {
  const open: Question[] = [];
  let chunks: Buffer[] = [];
  let gathered = 0;
  let needed = 1;
  let over: Error | null = null;

  function failAll(cause: Error): void {
    over = cause;
    for (const question of open.splice(0)) question.fail(cause);
  }

  running.process.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    gathered += chunk.length;
    if (gathered < needed) return;
    let buffer = Buffer.concat(chunks);
    for (let question = open[0]; question !== undefined; question = open[0]) {
      const answer = parseAnswer(buffer, question.withContent);
      needed = answer.kind === 'incomplete' ? answer.needed : 1;
      if (answer.kind === 'incomplete') break;
      open.shift();
      question.answer(answer.object);
      buffer = buffer.subarray(answer.consumed);
    }
    chunks = [buffer];
    gathered = buffer.length;
  });

  const ended = running.ended.then(
    () => failAll(gitFailure('cat-file', 'ended before it had answered')),
    (cause: unknown) => failAll(cause instanceof Error ? cause : gitFailure('cat-file', String(cause))),
  );

  function ask(command: string, withContent: boolean) {
    return new Promise<(GitObject & { readonly size: number }) | null>((answer, fail) => {
      if (over !== null) return fail(over);
      open.push({ withContent, answer, fail });
      running.process.stdin.write(`${command}\n`);
    });
  }
  return { ask, ended };
}

type Answer =
  | { readonly kind: 'incomplete'; readonly needed: number }
  | {
      readonly kind: 'complete';
      readonly object: (GitObject & { readonly size: number }) | null;
      readonly consumed: number;
    };

function parseAnswer(buffer: Buffer, withContent: boolean): Answer {
  const lineEnd = buffer.indexOf(0x0a);
  if (lineEnd === -1) return { kind: 'incomplete', needed: buffer.length + 1 };
  const [oid = '', type = '', digits = ''] = buffer.toString('utf8', 0, lineEnd).split(' ');
  if (digits === '') return { kind: 'complete', object: null, consumed: lineEnd + 1 };
  const size = Number(digits);
  const start = lineEnd + 1;
  if (!withContent) {
    return { kind: 'complete', object: { oid, type, size, content: Buffer.alloc(0) }, consumed: start };
  }
  // The content is followed by one line end of its own.
  const needed = start + size + 1;
  if (buffer.length < needed) return { kind: 'incomplete', needed };
  const content = Buffer.from(buffer.subarray(start, start + size));
  return { kind: 'complete', object: { oid, type, size, content }, consumed: needed };
}
