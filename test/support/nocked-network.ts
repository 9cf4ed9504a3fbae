import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

/**
 * Keeps the tests of a file off the network: only what they tell nock is answered, and each thing told has to be asked
 * for. The file after them has the real network again, which nock takes over with its import.
 */
export function nockNetwork(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
  });
  beforeEach(() => nock.disableNetConnect());
  afterEach(() => {
    const left = nock.pendingMocks();
    nock.cleanAll();
    nock.enableNetConnect();
    expect(left).toEqual([]);
  });
  afterAll(() => nock.restore());
}
