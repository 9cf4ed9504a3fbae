import { redactAll, type Redact } from '../../domain/redact.ts';
import type { Log } from '../../ports/log.ts';

/** A log that no secret gets through: neither in its messages nor in any field. */
export function createRedactedLog(log: Log, redact: Redact): Log {
  const level =
    (name: keyof Log): Log['info'] =>
    (message, fields) =>
      log[name](redact(message), redactAll(fields, redact));
  return { info: level('info'), warn: level('warn'), error: level('error') };
}
