import { applyWrites, emptyLedger, type LedgerState } from '../../../domain/ledger.ts';
import { LedgerFailure } from '../../../ports/ledger.ts';
import type { GitHubContext } from '../client.ts';
import { calling } from '../failure.ts';
import type { GraphqlBatch } from '../graphql/batch.ts';
import {
  BLOB,
  BLOB_FOLDER,
  LEDGER_HEAD,
  type BlobAnswer,
  type LedgerHeadAnswer,
} from '../graphql/selection.ts';
import { refuseDeleted } from './deleted-branch.ts';
import { broken, parseLedgerFile, README_PATH, type LedgerRecord } from './file.ts';
import { oldFiles } from './old-file.ts';
import { FIRST_LOOK, rewritten, type Provenance } from './provenance.ts';

/** The ledger at one commit. */
export interface LedgerSnapshot {
  /** `null` before the first commit. */
  readonly head: string | null;
  readonly state: LedgerState;
  /** Every path with the name of its blob, also of records that the state leaves out. */
  readonly files: ReadonlyMap<string, string>;
  /** Bodies of the newest commit messages. */
  readonly messages: readonly string[];
}

export interface LedgerReader {
  /** @throws LedgerFailure as the port says. */
  read(): Promise<LedgerSnapshot>;
  /** Takes in which files somebody else's commits have changed, so that the next reading asks for them at once. */
  expect(paths: readonly string[]): void;
  /** Takes records which this process has just written, so that they need not be read. */
  remember(
    written: readonly { readonly path: string; readonly oid: string; readonly record: LedgerRecord }[],
  ): void;
}

const NEW_COMMITS = 50;
const TRIES_ON_OLD_HEAD = 4;
const DAY_MS = 86_400_000;

interface LedgerPlace {
  readonly context: GitHubContext;
  readonly batch: GraphqlBatch;
  readonly branch: string;
  readonly provenance: Provenance;
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Reads the ledger: one call when nothing is new, one more for files that changed. Blobs never change, so a file is
 * read once; a new process asks for what it will need in its first call.
 */
export function createLedgerReader(place: LedgerPlace): LedgerReader {
  let known = new Map<string, { readonly oid: string; readonly record: LedgerRecord }>();
  const texts = new Map<string, string>();
  const expected = new Set<string>();

  async function read(): Promise<LedgerSnapshot> {
    for (let attempt = 1; ; attempt += 1) {
      const isFirst = place.provenance.newest() === null;
      const hints = isFirst ? likelyPaths(place.context.clock.nowMs()) : hintsFor([...expected]);
      expected.clear();
      const [answer] = await Promise.all([askHead(place, isFirst), askHints(place, hints, texts)]);
      if (answer === null) return nothingYet(place);
      const { target } = answer;
      const verdict = await place.provenance.verify(target.oid, target.history);
      const messages = target.history.nodes.map((commit) => commit.messageBody);
      if (verdict === 'newest')
        return { head: target.oid, messages, ...(await readRecords(filesOf(target))) };
      if (attempt >= TRIES_ON_OLD_HEAD) throw rewritten(place.provenance.newest() ?? target.oid);
      // GitHub may answer from a copy that is a moment behind.
      await place.wait(200 * attempt);
    }
  }

  async function readRecords(
    files: ReadonlyMap<string, string>,
  ): Promise<Pick<LedgerSnapshot, 'state' | 'files'>> {
    const wanted = wantedFiles(files);
    const records = await Promise.all(
      wanted.map(async ([path, oid]) => {
        const before = known.get(path);
        if (before?.oid === oid) return [path, before] as const;
        const text = texts.get(oid) ?? (await readBlob(place, path, oid));
        return [path, { oid, record: parseLedgerFile(path, text) }] as const;
      }),
    );
    texts.clear();
    known = new Map(records);
    return { files, state: stateOf(records.map(([, { record }]) => record)) };
  }

  return {
    read,
    expect: (paths) => paths.forEach((path) => expected.add(path)),
    remember: (written) => {
      for (const { path, oid, record } of written) known.set(path, { oid, record });
    },
  };
}

async function nothingYet(place: LedgerPlace): Promise<LedgerSnapshot> {
  const before = place.provenance.newest();
  if (before !== null) throw rewritten(before);
  await refuseDeleted(place);
  return { head: null, state: emptyLedger(), files: new Map(), messages: [] };
}

function askHead({ batch, branch }: LedgerPlace, isFirst: boolean): Promise<LedgerHeadAnswer | null> {
  return batch.ask({
    field: `ref(qualifiedName: $ref) {
      target { oid ... on Commit { history(first: $commits) { ...LedgerHistory } tree { ...LedgerTree } } }
    }`,
    variables: {
      ref: ['String!', `refs/heads/${branch}`],
      commits: ['Int!', isFirst ? FIRST_LOOK : NEW_COMMITS],
    },
    answer: LEDGER_HEAD,
    weight: 40,
  });
}

/** What to ask for together with the head. */
interface Hints {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** More files than this are read afterwards, when it is known which of them are new. */
const MOST_HINTS = 50;

/** What somebody else has just changed. */
function hintsFor(paths: readonly string[]): Hints {
  const files = paths.filter((path) => path !== README_PATH);
  return { folders: [], files: files.length > MOST_HINTS ? [] : files };
}

/** What a new process is going to need. */
function likelyPaths(nowMs: number): Hints {
  return {
    folders: ['bugs', 'environments', 'pulls', 'outbox', 'alerts'],
    files: ['watermark.json', 'freezes.json', ...likelyFiles(nowMs)],
  };
}

/**
 * Asks, together with the head, for the content of files. Only a saving of one call: content counts by its blob's name,
 * and what does not come is read afterwards.
 */
async function askHints(place: LedgerPlace, hints: Hints, texts: Map<string, string>): Promise<void> {
  const { batch, branch } = place;
  const at = (path: string) => ({ path: ['String!', `refs/heads/${branch}:${path}`] }) as const;
  const keep = (blob: BlobAnswer | null): void => {
    const text = blob === null ? null : textOf(blob);
    if (blob?.oid !== undefined && text !== null) texts.set(blob.oid, text);
  };
  const folders = hints.folders.map(async (folder) => {
    const field = 'object(expression: $path) { ...BlobFolder }';
    const answer = await batch.ask({ field, variables: at(folder), answer: BLOB_FOLDER, weight: 50 });
    answer?.entries?.forEach(({ object }) => keep(object));
  });
  const files = hints.files.map(async (path) => {
    const field = 'object(expression: $path) { ...BlobFields }';
    keep(await batch.ask({ field, variables: at(path), answer: BLOB }));
  });
  await Promise.allSettled([...folders, ...files]);
}

/** Paths of the slots and their releases around now; days are UTC's, with one to spare on either side. */
function likelyFiles(nowMs: number): string[] {
  const dates = Array.from({ length: 8 }, (_, days) =>
    new Date(nowMs + (1 - days) * DAY_MS).toISOString().slice(0, 10),
  );
  return [
    ...dates.flatMap((date) => [`slots/${date}-T2.json`, `slots/${date}-T1.json`]),
    ...dates
      .slice(0, 2)
      .flatMap((date) => ['T2-prod', 'T2-uat', 'T1-uat'].map((name) => `releases/${date}-${name}.json`)),
  ];
}

function filesOf({ tree }: LedgerHeadAnswer['target']): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of tree.entries) {
    if (entry.type === 'blob') files.set(entry.name, entry.oid);
    else for (const inner of entry.object?.entries ?? []) files.set(`${entry.name}/${inner.name}`, inner.oid);
  }
  return files;
}

/** All files but slots and releases of long ago. @throws LedgerFailure for a file that the ledger does not have. */
function wantedFiles(files: ReadonlyMap<string, string>): (readonly [path: string, oid: string])[] {
  const entries = [...files].filter(([path]) => path !== README_PATH);
  const old = oldFiles(entries.map(([path]) => path));
  return entries.filter(([path]) => !old.has(path));
}

async function readBlob({ batch, context }: LedgerPlace, path: string, oid: string): Promise<string> {
  const blob = await batch.ask({
    field: 'object(oid: $oid) { ...BlobFields }',
    variables: { oid: ['GitObjectID!', oid] },
    answer: BLOB,
    weight: 4,
  });
  if (blob === null)
    throw new LedgerFailure(`The ledger's ${path} could not be read`, { retryable: true, path });
  if (blob.isBinary === true) throw broken(path, 'it is no text');
  return textOf(blob) ?? readLargeBlob(context, oid);
}

/** The text, `null` where GraphQL gives none or not all of it. */
function textOf({ text, isTruncated }: BlobAnswer): string | null {
  return isTruncated === true ? null : (text ?? null);
}

async function readLargeBlob({ client, owner, repo }: GitHubContext, oid: string): Promise<string> {
  const { data } = await calling('read a large file of the ledger', () =>
    client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { owner, repo, file_sha: oid }),
  );
  return Buffer.from(data.content, 'base64').toString('utf8');
}

/** Bugs come by number and the outbox by age, whatever order the files have. */
function stateOf(records: readonly LedgerRecord[]): LedgerState {
  const bugs = records.flatMap((each) => (each.kind === 'bug' ? [each.record] : []));
  const outbox = records.flatMap((each) => (each.kind === 'outbox' ? [each.record] : []));
  const watermark = records.find((each) => each.kind === 'watermark')?.record;
  const freezes = records.find((each) => each.kind === 'freezes')?.record.said;
  return applyWrites(emptyLedger(), {
    bugs: bugs.toSorted((a, b) => a.number - b.number),
    slots: records.flatMap((each) => (each.kind === 'slot' ? [each.record] : [])),
    environments: records.flatMap((each) => (each.kind === 'environment' ? [each.record] : [])),
    alerts: records.flatMap((each) => (each.kind === 'alert' ? [each.record] : [])),
    releases: records.flatMap((each) => (each.kind === 'release' ? [each.record] : [])),
    pulls: records.flatMap((each) => (each.kind === 'pull' ? [each.record] : [])),
    outbox: outbox.toSorted((a, b) => a.createdAtMs - b.createdAtMs || a.id.localeCompare(b.id)),
    ...(freezes === undefined ? {} : { freezes }),
    ...(watermark === undefined ? {} : { watermark }),
  });
}
