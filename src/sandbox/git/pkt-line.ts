/** The packet that ends a section. */
export const FLUSH = Buffer.from('0000');

/** Parts a command of version 2 from its arguments. */
const DELIMITER = 1;

const MAX_PAYLOAD = 65_515;

/** Writes one packet: four hex digits of length, then the payload. */
export function packet(payload: string | Buffer): Buffer {
  const content = Buffer.from(payload);
  return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, '0')), content]);
}

/** Writes bytes to one side band: 1 is data, 2 is text for the person. */
export function sideBand(band: 1 | 2, content: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < content.length; at += MAX_PAYLOAD) {
    packets.push(packet(Buffer.concat([Buffer.from([band]), content.subarray(at, at + MAX_PAYLOAD)])));
  }
  return Buffer.concat(packets);
}

/** Reads packets up to the first flush, over the marks between parts; `rest` is what follows it. @throws Error for broken framing. */
export function readSection(stream: Buffer): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = [];
  for (let at = 0; at + 4 <= stream.length;) {
    const length = Number.parseInt(stream.toString('latin1', at, at + 4), 16);
    if (length === 0) return { lines, rest: stream.subarray(at + 4) };
    if (length === DELIMITER) {
      at += 4;
      continue;
    }
    if (Number.isNaN(length) || length < 4 || at + length > stream.length) break;
    lines.push(stream.subarray(at + 4, at + length));
    at += length;
  }
  if (stream.length === 0) return { lines, rest: stream };
  throw new Error('broken packet framing');
}
