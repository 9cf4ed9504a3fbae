import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a socket carries between a program and this process. */
export type Carried = 'stdin' | 'stdout' | 'stderr';

const HEAD = /^([0-9a-f]{32}) (stdin|stdout|stderr)$/u;
const LONGEST_HEAD = 64;

/**
 * Waits for the sockets of programs; gives the path to connect to. Whoever does not know an id that is waited for
 * is nobody: on Linux any user of the machine may connect.
 */
export async function listenForSockets(
  take: (id: string, carried: Carried, socket: Socket) => void,
): Promise<string> {
  const path = socketPath();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    readHead(socket, (head) => {
      const [, id, carried] = HEAD.exec(head) ?? [];
      if (id === undefined || !isCarried(carried)) socket.destroy();
      else take(id, carried, socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return path;
}

function isCarried(word: string | undefined): word is Carried {
  return word === 'stdin' || word === 'stdout' || word === 'stderr';
}

/** Gives the first line, and leaves what follows in the socket. */
function readHead(socket: Socket, take: (head: string) => void): void {
  let head = '';
  const read = () => {
    for (let byte = readByte(socket); byte !== null; byte = readByte(socket)) {
      if (byte !== '\n' && head.length < LONGEST_HEAD) head += byte;
      else {
        socket.off('readable', read);
        take(head);
        return;
      }
    }
  };
  socket.on('readable', read);
}

function readByte(socket: Socket): string | null {
  const chunk: unknown = socket.read(1);
  return Buffer.isBuffer(chunk) ? chunk.toString('latin1') : null;
}

/** Linux has names for sockets that are no files and go by themselves. */
function socketPath(): string {
  const name = `tonic-${randomBytes(16).toString('hex')}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}
