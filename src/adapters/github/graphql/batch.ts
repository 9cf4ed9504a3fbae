import type { z } from 'zod';
import { GitHubFailure } from '../../../ports/github.ts';
import type { GitHubClient } from '../client.ts';
import { FRAGMENTS } from './selection.ts';
import { fieldFailure, runGraphql, type GraphqlAnswer, type GraphqlError } from './run.ts';

/** One field of the repository that somebody wants to know. */
interface Question<T = unknown> {
  /** A field of GraphQL's `Repository` with its selection; its variables are written `$name`. */
  readonly field: string;
  /** GraphQL type and value of each variable. */
  readonly variables?: Readonly<Record<string, readonly [type: string, value: unknown]>>;
  /** The shape of what is selected. */
  readonly answer: z.ZodType<T>;
  /** How much GitHub has to look up for it, in blobs; a document holds {@link HEAVIEST_DOCUMENT}. */
  readonly weight?: number;
}

/** Asks GitHub; questions of the same turn of the event loop travel in one document. */
export interface GraphqlBatch {
  /**
   * Gives the field as selected, `null` where GitHub has nothing there.
   *
   * @throws GitHubFailure when this field could not be read, whatever became of the others.
   */
  ask<T>(question: Question<T>): Promise<T | null>;
  /** Node id of the repository, which every answer brings; `null` before the first. */
  repositoryId(): string | null;
}

/** GitHub gives up on a document after ten seconds; this keeps the heaviest ones well below. */
const HEAVIEST_DOCUMENT = 400;

interface Asked {
  readonly question: Question;
  /** Takes the value as GitHub gave it. */
  readonly give: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch of reads over one repository. */
export function createGraphqlBatch(client: GitHubClient, owner: string, repo: string): GraphqlBatch {
  let waiting: Asked[] = [];
  let repositoryId: string | null = null;

  async function flush(): Promise<void> {
    const asked = waiting;
    waiting = [];
    for (const document of cutByWeight(asked)) await send(document);
  }

  async function send(asked: readonly Asked[]): Promise<void> {
    const questions = distinct(asked.map((each) => each.question));
    let answer: GraphqlAnswer;
    try {
      const { query, variables } = render(questions);
      answer = await runGraphql(client, 'read', { query, variables: { ...variables, owner, name: repo } });
    } catch (error) {
      if (questions.length > 1 && isTooMuch(error)) return sendHalves(asked);
      for (const each of asked) each.reject(error);
      return;
    }
    const id = answer.data['repository']?.['id'];
    if (typeof id === 'string') repositoryId = id;
    for (const each of asked) settle(each, `q${indexOf(questions, each.question)}`, answer);
  }

  async function sendHalves(asked: readonly Asked[]): Promise<void> {
    const middle = Math.ceil(asked.length / 2);
    await send(asked.slice(0, middle));
    await send(asked.slice(middle));
  }

  return {
    repositoryId: () => repositoryId,
    ask: <T>(question: Question<T>) =>
      new Promise<T | null>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(() => void flush());
        const give = (value: unknown): void => {
          const read = question.answer.nullable().safeParse(value ?? null);
          if (read.success) resolve(read.data);
          else reject(unexpected(question, read.error.message));
        };
        waiting.push({ question, give, reject });
      }),
  };
}

/** Source: GitHub answers a document that takes longer than ten seconds with 502 or 504. */
function isTooMuch(error: unknown): boolean {
  return error instanceof GitHubFailure && (error.status === 502 || error.status === 504);
}

function cutByWeight(asked: readonly Asked[]): Asked[][] {
  const documents: Asked[][] = [];
  let weight = Infinity;
  for (const each of asked) {
    const own = each.question.weight ?? 1;
    if (weight + own > HEAVIEST_DOCUMENT) {
      documents.push([]);
      weight = 0;
    }
    documents.at(-1)?.push(each);
    weight += own;
  }
  return documents;
}

function keyOf({ field, variables }: Question): string {
  return JSON.stringify([field, variables]);
}

function distinct(questions: readonly Question[]): Question[] {
  return [...new Map(questions.map((each) => [keyOf(each), each])).values()];
}

function indexOf(questions: readonly Question[], question: Question): number {
  const key = keyOf(question);
  return questions.findIndex((each) => keyOf(each) === key);
}

/** Writes one document for many questions: each gets an alias, and its variables a prefix. */
function render(questions: readonly Question[]): {
  readonly query: string;
  readonly variables: Record<string, unknown>;
} {
  const declared: string[] = ['$owner: String!', '$name: String!'];
  const variables: Record<string, unknown> = {};
  const fields = questions.map(({ field, variables: own = {} }, index) => {
    for (const [name, [type, value]] of Object.entries(own)) {
      declared.push(`$q${index}_${name}: ${type}`);
      variables[`q${index}_${name}`] = value;
    }
    return `    q${index}: ${field.replaceAll(/\$(\w+)/gu, `$$q${index}_$1`)}`;
  });
  const body = `  repository(owner: $owner, name: $name) {\n    id\n${fields.join('\n')}\n  }`;
  const query = `query TonicRead(${declared.join(', ')}) {\n${body}\n}`;
  return { query: [query, ...fragmentsOf(body)].join('\n'), variables };
}

function fragmentsOf(text: string, found = new Set<string>()): Set<string> {
  for (const [, name = ''] of text.matchAll(/\.\.\.(\w+)/gu)) {
    const fragment = FRAGMENTS.get(name);
    if (fragment === undefined) throw new Error(`no GraphQL fragment named ${name}`);
    if (found.has(fragment)) continue;
    found.add(fragment);
    fragmentsOf(fragment, found);
  }
  return found;
}

function settle({ give, reject }: Asked, alias: string, answer: GraphqlAnswer): void {
  const errors = answer.errors.filter(({ path }) => path?.[1] === alias || (path?.length ?? 0) < 2);
  const real = errors.find((error) => !isAbsence(error));
  if (real === undefined) give(answer.data['repository']?.[alias]);
  else reject(fieldFailure('read', real));
}

function unexpected({ field }: Question, why: string): GitHubFailure {
  const name = /^\w+/u.exec(field)?.[0] ?? field;
  return new GitHubFailure(
    'read',
    `read: GitHub answered ${name} in an unexpected shape: ${why.slice(0, 300)}`,
    {
      status: null,
      retryable: false,
    },
  );
}

/** "There is no such issue" about the asked field itself is an answer; deeper in, or higher up, something is wrong. */
function isAbsence({ type, path }: GraphqlError): boolean {
  return type === 'NOT_FOUND' && path?.length === 2;
}
