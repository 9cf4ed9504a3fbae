import type { Delivery } from './delivery.ts';

/** GitHub counts an answer after ten seconds as none. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Posts a delivery and notes in it what came back; it never throws. */
export async function send(delivery: Delivery): Promise<void> {
  const startedMs = performance.now();
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      headers: delivery.requestHeaders,
      body: delivery.requestBody,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    delivery.responseBody = (await answer.text()).slice(0, 10_000);
    delivery.statusCode = answer.status;
    delivery.responseHeaders = Object.fromEntries(answer.headers);
    delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`;
  } catch (error) {
    fail(
      delivery,
      error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host',
    );
  }
  delivery.durationSeconds = Math.round(performance.now() - startedMs) / 1000;
}

/** Notes that a delivery found nobody. */
export function fail(delivery: Delivery, status: string): void {
  delivery.status = status;
  delivery.statusCode = 0;
}
