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
      readonly ownGroup?: boolean;
    }
  | { readonly kind: 'end'; readonly id: string };

/** What the starter tells of a program. `problem`: it could not be started. */
export type StarterNews =
  | { readonly kind: 'started'; readonly id: string; readonly pid: number }
  | {
      readonly kind: 'ended';
      readonly id: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly problem: string | null;
    };

/**
 * The starter's whole program. Another Node runs its text, so it uses nothing but what is inside it.
 *
 * Ends with the process that gives the orders, and ends by SIGTERM what still runs then.
 */
export function runStarter(): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { connect } = process.getBuiltinModule('node:net');
  const running = new Map<string, { kill(): void }>();

  const tell = (news: StarterNews): void => {
    if (news.kind === 'ended') running.delete(news.id);
    process.send?.(news);
  };
  const open = (path: string, head: string): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(path, () => socket.write(head, () => resolve(socket)));
      socket.on('error', reject);
    });
  const start = async (order: StarterOrder & { readonly kind: 'start' }): Promise<void> => {
    const { id, socketPath, program, args, folder, environment, ownGroup = false } = order;
    const sockets = await Promise.all(
      ['stdin', 'stdout', 'stderr'].map((carries) => open(socketPath, `${id} ${carries}\n`)),
    );
    const options = { cwd: folder, env: { ...environment }, stdio: sockets, detached: ownGroup };
    const child = spawn(program, [...args], options);
    const { pid } = child;
    running.set(id, {
      kill: () => {
        // Who leads a group is ended with it; it may be gone already.
        if (!ownGroup || pid === undefined) child.kill();
        else if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGTERM');
      },
    });
    if (pid !== undefined) tell({ kind: 'started', id, pid });
    // The program has them now; held here as well, they would keep its output from ending.
    for (const socket of sockets) socket.destroy();
    child.on('error', ({ message }) =>
      tell({ kind: 'ended', id, code: null, signal: null, problem: message }),
    );
    child.on('exit', (code, signal) => tell({ kind: 'ended', id, code, signal, problem: null }));
  };

  process.on('message', (order: StarterOrder) => {
    if (order.kind === 'end') {
      running.get(order.id)?.kill();
      return;
    }
    start(order).catch((cause: unknown) =>
      tell({ kind: 'ended', id: order.id, code: null, signal: null, problem: String(cause) }),
    );
  });
  process.on('disconnect', () => {
    // Nobody reads them any more; `git patch-id` would even ask a socket that was reset for ever.
    for (const child of running.values()) child.kill();
    process.exit();
  });
}
