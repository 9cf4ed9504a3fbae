import { keyOf } from '../../approval.ts';
import type { Release } from '../../release.ts';

/** GitHub names no limit of a payload; this much is read back quickly by everybody. Characters of JSON. */
const LONGEST = 30_000;

/**
 * The payload of a release's GitHub Deployment: its envelope. One that is too long is cut to what it takes to find the
 * rest, which the ledger has.
 */
export function renderPayload(release: Release, runId: number | null): Readonly<Record<string, unknown>> {
  const { envelope, id, kind, slot } = release;
  const head = { release: id, kind, slot: slot ?? id, run_id: runId, tree: envelope.tree };
  const numbers = envelope.bugs.map(({ number }) => number);
  const { bugs, pulls = [] } = envelope;
  const whole = {
    ...head,
    bugs: numbers,
    ...(pulls.length === 0 ? {} : { pulls: pulls.map(({ number }) => number) }),
    previous: envelope.previous,
    config_version: envelope.configVersion,
    feature_flags: envelope.featureFlags,
    services: envelope.services.map(({ name, strategy, digest, version }) => ({
      name,
      strategy,
      digest,
      version,
    })),
    approvals: [...bugs, ...pulls].flatMap(({ number, approvals }) =>
      approvals.map(({ action, by, given, writtenAtMs }) => ({
        bug: number,
        action,
        by: by.login,
        given: keyOf(given),
        at_ms: writtenAtMs,
      })),
    ),
  };
  return JSON.stringify(whole).length <= LONGEST ? whole : { ...head, bugs: numbers.slice(0, 1_000) };
}
