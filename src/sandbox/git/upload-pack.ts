import type { Readable } from 'node:stream';
import { startProgram } from '../../process/start-program.ts';
import { answerLsRefs } from './ls-refs.ts';
import type { BareRepository } from './object-reader.ts';
import { FLUSH, packet } from './pkt-line.ts';
import { GIT_ENVIRONMENT, tryGit } from './run.ts';

/** What a clone or fetch asks for. */
export interface FetchRequest extends BareRepository {
  /** Version negotiation: `version=2`. */
  protocol: string;
}

type AdvertisementRequest = Omit<FetchRequest, 'reader'>;

/** What git says to version 2 before anything of the repository is named, by folder: it does not change. */
const capabilities = new Map<string, Promise<Buffer>>();

/**
 * Answers how a repository is to be read: `GET /info/refs?service=git-upload-pack`.
 *
 * Source: gitprotocol-http(5) and gitprotocol-v2(5): in version 2 it has no refs and no service line.
 */
export async function advertiseFetch({ folder, protocol }: AdvertisementRequest): Promise<Buffer> {
  if (!speaksVersion2(protocol)) {
    const refs = await readAdvertisement({ folder, protocol });
    return Buffer.concat([packet('# service=git-upload-pack\n'), FLUSH, refs]);
  }
  const known = capabilities.get(folder) ?? readAdvertisement({ folder, protocol: 'version=2' });
  capabilities.set(folder, known);
  known.catch(() => capabilities.delete(folder));
  return known;
}

/** Source: git(1), GIT_PROTOCOL: keys with values between colons; unknown ones are for others. */
function speaksVersion2(protocol: string): boolean {
  return protocol.split(':').includes('version=2');
}

async function readAdvertisement({ folder, protocol }: AdvertisementRequest): Promise<Buffer> {
  const args = ['upload-pack', '--strict', '--http-backend-info-refs', folder];
  const { code, stdout, stderr } = await tryGit(folder, args, { env: { GIT_PROTOCOL: protocol } });
  if (code !== 0) throw new Error(`git upload-pack: ${stderr.trim()}`);
  return stdout;
}

/** Answers one request of a clone or fetch: `POST /git-upload-pack`. The pack comes from git itself and is streamed. */
export async function answerFetch(request: FetchRequest, body: Buffer): Promise<Buffer | Readable> {
  const { folder, protocol } = request;
  const refs = speaksVersion2(protocol) ? await answerLsRefs(request, body) : null;
  if (refs !== null) return refs;
  const { stdin, stdout, stderr, ended } = await startProgram({
    program: 'git',
    args: ['upload-pack', '--strict', '--stateless-rpc', folder],
    folder,
    environment: { ...GIT_ENVIRONMENT, GIT_PROTOCOL: protocol },
  });
  stderr.resume();
  stdin.end(body);
  // How it ended shows in the stream: a pack that was cut is not whole.
  ended.catch((cause: Error) => stdout.destroy(cause));
  return stdout;
}
