import type { BareRepository } from './object-reader.ts';
import { FLUSH, packet, readSection } from './pkt-line.ts';
import { readHead, readRefs } from './ref-file.ts';

/** What a client wants to know of refs. */
interface RefQuestion {
  prefixes: string[];
  /** Which of `peel`, `symrefs` and `unborn` it understands. */
  extras: Set<string>;
}

/** Answers the command that every fetch begins with; `null` when the body is another one. Source: gitprotocol-v2(5), ls-refs. */
export async function answerLsRefs(bare: BareRepository, body: Buffer): Promise<Buffer | null> {
  const [command, ...lines] = readSection(body).lines.map((line) => line.toString('utf8').trimEnd());
  if (command !== 'command=ls-refs') return null;
  const prefixes = lines.filter((line) => line.startsWith(PREFIX)).map((line) => line.slice(PREFIX.length));
  const question = { prefixes, extras: new Set(lines) };
  const refs = readRefs(bare.folder);
  const isWanted = (ref: string): boolean =>
    prefixes.length === 0 || prefixes.some((prefix) => ref.startsWith(prefix));
  const rows = await Promise.all(
    [...refs].filter(([ref]) => isWanted(ref)).map((row) => describeRef(bare, row, question)),
  );
  const head = isWanted('HEAD') ? describeHead(readHead(bare.folder), refs, question) : [];
  return Buffer.concat([...[...head, ...rows].map((row) => packet(`${row}\n`)), FLUSH]);
}

const PREFIX = 'ref-prefix ';

function describeHead(
  branch: string,
  refs: ReadonlyMap<string, string>,
  { extras }: RefQuestion,
): readonly string[] {
  const sha = refs.get(branch);
  const target = `symref-target:${branch}`;
  if (sha !== undefined) return [extras.has('symrefs') ? `${sha} HEAD ${target}` : `${sha} HEAD`];
  return extras.has('unborn') ? [`unborn HEAD ${target}`] : [];
}

/** A tag that is an object of its own is told with what it stands on. */
async function describeRef(
  { reader }: BareRepository,
  [ref, sha]: readonly [string, string],
  { extras }: RefQuestion,
): Promise<string> {
  const isTag = extras.has('peel') && (await reader.info(sha))?.type === 'tag';
  const peeled = isTag ? await reader.info(`${sha}^{}`) : null;
  return peeled ? `${sha} ${ref} peeled:${peeled.sha}` : `${sha} ${ref}`;
}
