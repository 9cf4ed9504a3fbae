import { NO_COMMIT, type RefChange } from './ref.ts';
import { readRefs } from './ref-file.ts';
import { FLUSH, packet, readSection, sideBand } from './pkt-line.ts';
import { tryGit } from './run.ts';

const CAPABILITIES =
  'report-status delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=git/sandbox';
/** Packs with fewer objects are kept loose: many small packs would slow every later read. */
const LOOSE_BELOW = 200;

/** What a pusher sent. */
export interface PushRequest {
  changes: RefChange[];
  capabilities: string[];
  pack: Buffer;
}

/** What is to be told about each ref. */
export interface PushReport {
  ref: string;
  refusal: string | null;
}

/**
 * Writes the list of refs that opens a push.
 *
 * Pushes are received here and not by `git receive-pack`, so that one function decides about every ref in its own words
 * and no hook has to call back.
 * Source: gitprotocol-pack(5) and gitprotocol-http(5).
 */
export function advertiseRefs(folder: string): Buffer {
  const refs = [...readRefs(folder)].filter(([ref]) => !ref.startsWith('refs/pull/'));
  const rows = refs.map(([ref, sha]) => `${sha} ${ref}`);
  const [first = `${NO_COMMIT} capabilities^{}`, ...others] = rows;
  const lines = [packet(`${first}\0${CAPABILITIES}\n`), ...others.map((row) => packet(`${row}\n`))];
  return Buffer.concat([packet('# service=git-receive-pack\n'), FLUSH, ...lines, FLUSH]);
}

/** Reads the body of a push. @throws Error for broken framing. */
export function readPush(body: Buffer): PushRequest {
  const { lines, rest } = readSection(body);
  const capabilities = lines[0]?.toString('utf8').split('\0')[1]?.trim().split(' ') ?? [];
  const changes = lines.flatMap((line) => {
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0\n]+)/.exec(line.toString('utf8'));
    return match ? [{ oldSha: match[1] ?? '', newSha: match[2] ?? '', ref: match[3] ?? '' }] : [];
  });
  return { changes, capabilities, pack: rest };
}

/** Takes the objects of a push into the repository; answers `null`, or why it cannot. Refs are not touched. */
export async function takePack(folder: string, push: PushRequest): Promise<string | null> {
  const wanted = push.changes.map((change) => change.newSha).filter((sha) => sha !== NO_COMMIT);
  if (wanted.length === 0) return null;
  if (push.pack.length >= 12) {
    const count = push.pack.readUInt32BE(8);
    const args =
      count < LOOSE_BELOW
        ? ['unpack-objects', '-q', '--strict']
        : ['index-pack', '--stdin', '--fix-thin', '--strict'];
    const taken = await tryGit(folder, args, { input: push.pack });
    if (taken.code !== 0) return taken.stderr.trim().split('\n').at(-1) ?? 'unpacker error';
  }
  const args = ['rev-list', '--objects', '--quiet', '--stdin', '--not', '--all'];
  const connected = await tryGit(folder, args, { input: `${wanted.join('\n')}\n` });
  return connected.code === 0 ? null : 'missing necessary objects';
}

/** Writes the answer to a push; `remarks` are shown to the person as `remote: ...`. */
export function renderReport(
  push: PushRequest,
  report: { unpack: string | null; refs: PushReport[]; remarks: string[] },
): Buffer {
  if (!push.capabilities.includes('report-status')) return FLUSH;
  const status = Buffer.concat([
    packet(`unpack ${report.unpack ?? 'ok'}\n`),
    ...report.refs.map(({ ref, refusal }) =>
      packet(refusal === null ? `ok ${ref}\n` : `ng ${ref} ${refusal}\n`),
    ),
    FLUSH,
  ]);
  if (!push.capabilities.includes('side-band-64k')) return status;
  const remarks = report.remarks.map((text) => sideBand(2, Buffer.from(`${text}\n`)));
  return Buffer.concat([...remarks, sideBand(1, status), FLUSH]);
}
