import type { Variables } from './config/env.ts';

/** The sandbox's clock can be moved, and its runner says by how much; no other server is believed. */
export function clockOffsetMs(apiUrl: string, variables: Variables): number {
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(apiUrl).hostname);
  const offset = Number(variables['TONIC_CLOCK_OFFSET_MS'] ?? 0);
  return isLoopback && Number.isFinite(offset) ? offset : 0;
}
