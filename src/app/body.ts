import type { IncomingMessage } from 'node:http';

/** How large a body may be, alone and together with all others that are being read, bytes. */
export interface BodyLimits {
  readonly eachBytes: number;
  readonly togetherBytes: number;
}

export type Body =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'too_large' }
  /** Too much is being read already. */
  | { readonly kind: 'busy' };

/**
 * Reads bodies of requests as text, counting what really comes: a length that is announced is believed only when it is
 * too large.
 */
export function createBodyReader(
  limits: BodyLimits,
): (request: Pick<IncomingMessage, 'headers' | 'iterator'>) => Promise<Body> {
  let heldBytes = 0;

  return async (request) => {
    if (Number(request.headers['content-length'] ?? 0) > limits.eachBytes) return { kind: 'too_large' };
    const chunks: Buffer[] = [];
    let ownBytes = 0;
    try {
      // The request stays open when reading stops early, so that an answer can still be given.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (!Buffer.isBuffer(chunk)) throw new TypeError('the request is read as text already');
        ownBytes += chunk.length;
        heldBytes += chunk.length;
        if (ownBytes > limits.eachBytes) return { kind: 'too_large' };
        if (heldBytes > limits.togetherBytes) return { kind: 'busy' };
        chunks.push(chunk);
      }
      return { kind: 'read', text: Buffer.concat(chunks).toString('utf8') };
    } finally {
      heldBytes -= ownBytes;
    }
  };
}
