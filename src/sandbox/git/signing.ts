import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { worldStore, type World } from '../world.ts';
import type { Commit, Signer } from './commit.ts';

const keyOf = worldStore<{ privateKeyPem: string }>('signing-key', () => {
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKeyPem: privateKey };
});

const BEGIN = '-----BEGIN PGP SIGNATURE-----\n\n';
const END = '\n-----END PGP SIGNATURE-----';

/** Signs commits in the sandbox's own name, as GitHub does for commits that Apps and its web pages make. */
export function signerOf(world: World): Signer {
  return (payload) => {
    const { key } = parsedKeyOf(world);
    return `${BEGIN}${sign(null, Buffer.from(payload), key).toString('base64')}${END}`;
  };
}

interface ParsedKey {
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  /** Whether commits were signed with it, by their shas. */
  readonly valid: Map<string, boolean>;
}

const parsed = new WeakMap<World, ParsedKey>();

/** Reading the key's text costs more than checking a signature with it. */
function parsedKeyOf(world: World): ParsedKey {
  const known = parsed.get(world);
  if (known) return known;
  const key = createPrivateKey(keyOf(world).privateKeyPem);
  const read = { key, publicKey: createPublicKey(key), valid: new Map<string, boolean>() };
  parsed.set(world, read);
  return read;
}

/** What GitHub says under `verification` about a commit. */
export interface Verification {
  verified: boolean;
  reason: 'valid' | 'unsigned' | 'unknown_key' | 'invalid';
}

/** Checks a commit's signature: only the sandbox's own key is known. */
export function verifyCommit(world: World, commit: Commit): Verification {
  if (commit.signature === null) return { verified: false, reason: 'unsigned' };
  const body = /^-----BEGIN PGP SIGNATURE-----\n\n([A-Za-z0-9+/=]{88})\n-----END PGP SIGNATURE-----$/.exec(
    commit.signature.trim(),
  );
  if (!body?.[1]) return { verified: false, reason: 'unknown_key' };
  const verified = isValid(world, commit, Buffer.from(body[1], 'base64'));
  return { verified, reason: verified ? 'valid' : 'invalid' };
}

/** Whoever reads a history asks it of every commit, again and again; a commit's sha stands for its signature, too. */
function isValid(world: World, { sha, payload }: Commit, signature: Buffer): boolean {
  const { publicKey, valid } = parsedKeyOf(world);
  const answer = valid.get(sha) ?? verify(null, Buffer.from(payload), publicKey, signature);
  valid.set(sha, answer);
  return answer;
}
