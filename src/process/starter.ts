import type { Socket } from 'node:net';

/** What the starter is told over its channel. `id` is chosen by the one who asks, and cannot be guessed. */
export type StarterOrder =
  | {
      readonly kind: 'start';
      readonly id: string;
      /** Where the program's three sockets are waited for; each begins with one line, `<id> <what it carries>`. */
      readonly socketPath: string;
      readonly program: string;
      readonly args: readonly string[];
      readonly folder: string;
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'end'; readonly id: string };

/** What the starter tells of a program that has ended. `problem`: it could not be started. */
export interface StarterNews {
  readonly id: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly problem: string | null;
}

/**
 * The starter's whole program. Another Node runs its text, so it uses nothing but what is inside it.
 *
 * Ends with the process that gives the orders, and ends by SIGTERM what still runs then.
 */
export function runStarter(): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { connect } = process.getBuiltinModule('node:net');
  const running = new Map<string, { kill(): boolean }>();

  const tell = (news: StarterNews): void => {
    running.delete(news.id);
    process.send?.(news);
  };
  const open = (path: string, head: string): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(path, () => socket.write(head, () => resolve(socket)));
      socket.on('error', reject);
    });
  const start = async (order: StarterOrder & { readonly kind: 'start' }): Promise<void> => {
    const { id, socketPath, program, args, folder, environment } = order;
    const sockets = await Promise.all(
      ['stdin', 'stdout', 'stderr'].map((carries) => open(socketPath, `${id} ${carries}\n`)),
    );
    const child = spawn(program, [...args], { cwd: folder, env: { ...environment }, stdio: sockets });
    running.set(id, child);
    // The program has them now; held here as well, they would keep its output from ending.
    for (const socket of sockets) socket.destroy();
    child.on('error', ({ message }) => tell({ id, code: null, signal: null, problem: message }));
    child.on('exit', (code, signal) => tell({ id, code, signal, problem: null }));
  };

  process.on('message', (order: StarterOrder) => {
    if (order.kind === 'end') {
      running.get(order.id)?.kill();
      return;
    }
    start(order).catch((cause: unknown) =>
      tell({ id: order.id, code: null, signal: null, problem: String(cause) }),
    );
  });
  process.on('disconnect', () => {
    // Nobody reads them any more; `git patch-id` would even ask a socket that was reset for ever.
    for (const child of running.values()) child.kill();
    process.exit();
  });
}
