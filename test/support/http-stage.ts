import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';

/** A small HTTP server on loopback that answers as a test says, and keeps what it was asked. */
export interface HttpStage {
  readonly url: string;
  /** What came, oldest first. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  /** How it answers from now on. */
  answer: RequestListener;
  close(): Promise<void>;
}

/** Starts a server on a free port; every request is answered 200 until the test says otherwise. */
export async function startHttpStage(): Promise<HttpStage> {
  const requests: HttpStage['requests'] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body });
      stage.answer(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const stage: HttpStage = {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    answer: (_request, response) => void response.end(),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return stage;
}
