import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { GIT_ENVIRONMENT } from './run.ts';

/** The four kinds of git objects. */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** An object as git stores it. */
export interface GitObject {
  sha: string;
  type: ObjectType;
  content: Buffer;
}

/** Reads objects and refs of one repository through one long-lived `git cat-file`, well under a millisecond each. */
export interface ObjectReader {
  /** The object that an expression names (`refs/heads/main`, a sha, `main^{tree}`, `sha:path`), or `null`. */
  read(expression: string): Promise<GitObject | null>;
  /** Only name, type and size. */
  info(expression: string): Promise<{ sha: string; type: ObjectType; size: number } | null>;
  /** Answers what was asked before, then ends the process. */
  close(): Promise<void>;
}

/** A repository's folder and the way to read it fast. */
export interface BareRepository {
  folder: string;
  reader: ObjectReader;
}

type Answer = GitObject & { size: number };

interface Waiting {
  withContent: boolean;
  resolve: (answer: Answer | null) => void;
  reject: (error: Error) => void;
}

/** What a commit, by its whole sha, and paths in it are stays so. */
const NEVER_CHANGES = /^[0-9a-f]{40}(?![0-9a-f])/;
/** So many answers are remembered, none of them long: pages, webhooks and clients ask for the same commits again and again. */
const MOST_ANSWERS = 2_000;
const LONGEST_ANSWER = 32_768;

/** Starts reading in the bare repository `folder`; the process itself starts with the first question. */
export function createObjectReader(folder: string): ObjectReader {
  let child: ChildProcessWithoutNullStreams | null = null;
  let line: Waiting[] = [];
  let received: Buffer = Buffer.alloc(0);

  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn('git', [`--git-dir=${folder}`, 'cat-file', '--batch-command'], {
      env: GIT_ENVIRONMENT,
    });
    started.stdout.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      answerWaiting();
    });
    const ended = (): void => {
      const lost = line;
      line = [];
      received = Buffer.alloc(0);
      if (child === started) child = null;
      for (const one of lost) one.reject(new Error(`git cat-file ended in ${folder}`));
    };
    started.on('error', ended);
    started.on('close', ended);
    started.stdin.on('error', () => undefined);
    return started;
  };

  const answerWaiting = (): void => {
    for (let first = line[0]; first; first = line[0]) {
      const answer = takeAnswer(received, first.withContent);
      if (!answer) return;
      received = answer.rest;
      line.shift();
      first.resolve(answer.object);
    }
  };

  const ask = (expression: string, withContent: boolean): Promise<Answer | null> => {
    if (/[\n\0]/.test(expression) || expression === '') return Promise.resolve(null);
    child ??= start();
    const process = child;
    return new Promise((resolve, reject) => {
      line.push({ withContent, resolve, reject });
      process.stdin.write(`${withContent ? 'contents' : 'info'} ${expression}\n`);
    });
  };

  const askOnce = remembering(ask);
  return {
    read: (expression) => askOnce(expression, true),
    info: (expression) => askOnce(expression, false),
    close: () => {
      const process = child;
      child = null;
      if (!process) return Promise.resolve();
      return new Promise((resolve) => {
        process.on('close', () => resolve());
        process.stdin.end();
      });
    },
  };
}

type Ask = (expression: string, withContent: boolean) => Promise<Answer | null>;

/** Asks only once for what never changes; what is not there yet may come. */
function remembering(ask: Ask): Ask {
  const answers = new Map<string, Answer>();
  return async (expression, withContent) => {
    const question = `${withContent} ${expression}`;
    const known = answers.get(question);
    if (known) return known;
    const answer = await ask(expression, withContent);
    if (!answer || !NEVER_CHANGES.test(expression) || answer.content.length > LONGEST_ANSWER) return answer;
    answers.set(question, answer);
    const [oldest] = answers.keys();
    if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}

/** Takes one complete answer off the front: `<sha> <type> <size>`, then the content, or `<name> missing`. */
function takeAnswer(received: Buffer, withContent: boolean): { object: Answer | null; rest: Buffer } | null {
  const end = received.indexOf(10);
  if (end < 0) return null;
  const head = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(received.toString('utf8', 0, end));
  if (!head) return { object: null, rest: received.subarray(end + 1) };
  const [, sha = '', type, sizeText] = head;
  const size = Number(sizeText);
  const stop = withContent ? end + 1 + size + 1 : end + 1;
  if (received.length < stop) return null;
  const content = withContent ? Buffer.from(received.subarray(end + 1, end + 1 + size)) : Buffer.alloc(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the expression above lets only the four types through
  return { object: { sha, type: type as ObjectType, size, content }, rest: received.subarray(stop) };
}
