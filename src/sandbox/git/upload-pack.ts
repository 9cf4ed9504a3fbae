import { Readable } from 'node:stream';
import { startProgram } from '../../process/start-program.ts';
import { GIT_ENVIRONMENT } from './run.ts';

/** One request to git's own HTTP server program. */
export interface FetchRequest {
  folder: string;
  method: string;
  query: string;
  /** `/info/refs` or `/git-upload-pack`. */
  path: string;
  contentType: string;
  /** Version negotiation: `version=2`. */
  protocol: string;
  /** Already unpacked. */
  body: Buffer;
}

/**
 * Answers clone and fetch with `git http-backend`; the pack is streamed.
 *
 * Source: git-http-backend(1); the environment is CGI's, RFC 3875.
 */
export async function answerFetch(request: FetchRequest): Promise<Response> {
  const { stdin, stdout, stderr, ended } = await startProgram({
    program: 'git',
    args: ['http-backend'],
    folder: request.folder,
    environment: {
      ...GIT_ENVIRONMENT,
      GIT_PROJECT_ROOT: request.folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: request.protocol,
      REQUEST_METHOD: request.method,
      PATH_INFO: request.path,
      QUERY_STRING: request.query,
      CONTENT_TYPE: request.contentType,
      CONTENT_LENGTH: String(request.body.length),
    },
  });
  stderr.resume();
  stdin.end(request.body);
  return new Promise((resolve, reject) => {
    let head: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      stdout.off('data', onData);
      stdout.pause();
      stdout.unshift(head.subarray(end + 4));
      resolve(cgiResponse(head.toString('latin1', 0, end), stdout));
    };
    stdout.on('data', onData);
    stdout.on('end', () => reject(new Error('git http-backend ended without an answer')));
    ended.catch(reject);
  });
}

function cgiResponse(head: string, body: Readable): Response {
  const headers = new Headers();
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers.set(name, value);
  }
  return new Response(Readable.toWeb(body), { status, headers });
}
