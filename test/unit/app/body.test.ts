import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createBodyReader } from '../../../src/app/body.ts';

const LIMITS = { eachBytes: 8, togetherBytes: 12 };

const request = (stream: Readable, headers = {}) => Object.assign(stream, { headers });
const parts = (...given: string[]) => request(Readable.from(given.map((part) => Buffer.from(part))));

test('a body is read whole, with letters that two parts share', async () => {
  const letter = Buffer.from('é');
  const stream = Readable.from([Buffer.from('caf'), letter.subarray(0, 1), letter.subarray(1)]);
  expect(await createBodyReader(LIMITS)(request(stream))).toEqual({ kind: 'read', text: 'café' });
});

test('a body may be as large as is allowed and no larger, whatever it announces', async () => {
  const read = createBodyReader(LIMITS);
  expect(await read(parts('12345678'))).toMatchObject({ kind: 'read' });
  expect(await read(parts('12345', '6789'))).toEqual({ kind: 'too_large' });
  expect(await read(request(Readable.from([]), { 'content-length': '9' }))).toEqual({ kind: 'too_large' });
});

test('what is held of all bodies together is limited too, and given free again', async () => {
  const read = createBodyReader(LIMITS);
  const slow = new PassThrough();
  const first = read(request(slow));
  slow.write('1234567');
  await new Promise((next) => setImmediate(next));
  expect(await read(parts('123456'))).toEqual({ kind: 'busy' });
  slow.end();
  expect(await first).toMatchObject({ kind: 'read' });
  expect(await read(parts('123456'))).toMatchObject({ kind: 'read' });
});

test('a body that breaks off gives free what was held of it', async () => {
  const read = createBodyReader(LIMITS);
  const broken = new PassThrough();
  const first = read(request(broken));
  broken.write('1234567');
  await new Promise((next) => setImmediate(next));
  broken.destroy(new Error('aborted'));
  await expect(first).rejects.toThrow('aborted');
  expect(await read(parts('123456'))).toMatchObject({ kind: 'read' });
});
