import type { Log } from '../ports/log.ts';

const silent = (): void => undefined;

/** Says nothing: the story shows what there is to see. */
export const silentLog: Log = { info: silent, warn: silent, error: silent };

/** Codes by which shells tell that a signal ended a process: 128 and its number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ends the process when it is told to, after `close`; a second signal ends it at once. Gives the function that takes
 * this back.
 */
export function endOnSignals(close: () => Promise<void>, code?: number): () => void {
  let isEnding = false;
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const handle = (): void => {
      const exitCode = code ?? EXIT_CODES[signal];
      if (isEnding) process.exit(exitCode);
      isEnding = true;
      void close().finally(() => process.exit(exitCode));
    };
    process.on(signal, handle);
    return () => process.off(signal, handle);
  });
  return () => handlers.forEach((takeBack) => takeBack());
}
