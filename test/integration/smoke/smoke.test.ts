import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http/http-client.ts';
import { parsePolicy } from '../../../src/config/parse-policy.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { runRelease, type ReleaseResult } from '../../../src/usecases/release/run-release.ts';
import { aCalendar, aRelease, aReleasedService } from '../../support/builders.ts';
import { startHttpStage, type HttpStage } from '../../support/http-stage.ts';
import { createShop } from '../../unit/usecases/support.ts';

let stage: HttpStage;
beforeAll(async () => {
  stage = await startHttpStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.requests.length = 0;
  stage.answer = answerWell;
});

/** A shop that knows who signed in, by a session that has to be escaped in an address. */
const SESSION = 'a/b?c=d&e"f';
const answerWell: RequestListener = ({ url, method }, response) => {
  if (method === 'POST') response.writeHead(201).end(JSON.stringify({ data: { token: SESSION } }));
  else if (url === `/cart/${encodeURIComponent(SESSION)}`) response.end('Your cart');
  else response.writeHead(404).end(`no page at ${url}`);
};

function policyOf(smoke: object): Policy {
  const file = { environments: { uat: { deploy: { run: 'deploy' }, smoke } } };
  const reading = parsePolicy(JSON.stringify(file), 'tonic.yml');
  if (reading.kind === 'broken') throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

const steps = () => [
  {
    name: 'sign in',
    method: 'POST',
    url: `${stage.url}/session`,
    headers: { 'content-type': 'application/json' },
    authorization_env: 'SMOKE_TOKEN',
    body: '{"release": "{{release}}"}',
    expect: { status: 201 },
    capture: { session: 'data.token' },
    timeout_seconds: 1,
  },
  { name: 'see the cart', url: `${stage.url}/cart/{{session}}`, expect: { contains: 'Your cart' } },
];

/** Releases something; gives what commands ran. */
async function release(smoke: object): Promise<ReleaseResult & { readonly ran: string[] }> {
  const ran: string[] = [];
  const context = createShop().open({
    http: createHttp({ variables: { SMOKE_TOKEN: 'let-me-in' } }),
    deployer: {
      run: async ({ run }, { isRollback }) => {
        ran.push(isRollback ? 'back' : run);
        const ok = run !== 'smoke.sh';
        return { ok, exitCode: ok ? 0 : 4, timedOut: false, output: 'no cart', outputs: {} };
      },
    },
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  });
  const one = aRelease({
    envelope: { ...aRelease().envelope, services: [aReleasedService({ name: null })] },
  });
  const setting = { policy: policyOf(smoke), calendar: aCalendar(), version: null };
  return {
    ...(await runRelease(context, setting, {
      release: one,
      deployer: { runId: 7, attempt: 1, fencingToken: 1 },
      resumes: false,
    })),
    ran,
  };
}

describe('a smoke test', () => {
  it('goes from request to request, with what an answer held', async () => {
    const { release: ended, ran } = await release({ steps: steps() });
    expect(ended.state).toBe('live');
    expect(ended.steps.at(-1)).toMatchObject({ key: 'smoke', state: 'done', detail: '2 steps' });
    expect(ran).toEqual(['deploy']);
    expect(stage.requests).toMatchObject([
      {
        method: 'POST',
        url: '/session',
        headers: { authorization: 'Bearer let-me-in' },
        body: '{"release": "2026-11-20-T1-uat"}',
      },
      { method: 'GET', url: `/cart/${encodeURIComponent(SESSION)}` },
    ]);
  });

  it('that fails takes the release back, says what came instead, and nothing of what was captured', async () => {
    stage.answer = (request, response) =>
      request.method === 'POST'
        ? answerWell(request, response)
        : void response.writeHead(500).end(`broken for ${SESSION} @ada`);
    const { release: ended, refusal, ran } = await release({ steps: steps() });
    expect(ended).toMatchObject({ state: 'rolled_back', reason: 'smoke_failed' });
    expect(refusal?.message).toContain(
      'The smoke test failed at **see the cart**: expected `status 200`, got `500 broken for *** @ada`.',
    );
    expect(ran).toEqual(['deploy', 'back']);
  });

  it.each<[string, RequestListener, string]>([
    ['hangs', () => undefined, 'no answer within 1 s'],
    ['resets', (request) => void request.socket.destroy(), 'no answer: '],
    ['sends elsewhere', (_, response) => void response.writeHead(303, { location: '/' }).end(), '303'],
    [
      'answers garbage',
      (_, response) => void response.writeHead(201).end('<html>'),
      'nothing there in <html>',
    ],
    [
      'answers at length',
      (_, response) => void response.writeHead(201).end('x'.repeat(2_000_000)),
      'too long',
    ],
    ['is busy', (_, response) => void response.writeHead(429).end('later'), '429 later'],
  ])('of a shop that %s fails, and ends there', async (_, answer, got) => {
    stage.answer = answer;
    const { refusal } = await release({ steps: steps() });
    expect(refusal?.reason).toBe('smoke_failed');
    expect(refusal?.message).toContain('failed at **sign in**');
    expect(refusal?.message).toContain(got);
    expect(stage.requests).toHaveLength(1);
  });

  it('may be a command', async () => {
    const { refusal, ran } = await release({ command: { run: 'smoke.sh' } });
    expect(refusal?.message).toContain('The smoke test ended with 4.');
    expect(ran).toEqual(['deploy', 'smoke.sh', 'back']);
  });
});
