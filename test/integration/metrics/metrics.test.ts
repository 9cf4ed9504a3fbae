import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http/http-client.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import type { MetricSource } from '../../../src/domain/metric.ts';
import type { CommandResult } from '../../../src/ports/deployer.ts';
import type { MetricReading } from '../../../src/ports/metrics.ts';
import { aDeployRequest } from '../../support/builders.ts';
import { startHttpStage, type HttpStage } from '../../support/http-stage.ts';

let stage: HttpStage;
beforeAll(async () => {
  stage = await startHttpStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.requests.length = 0;
});

const variables = { PROMETHEUS_TOKEN: 'hush-hush', BASIC_SECRET: 'Basic abc\n' };

function read(source: MetricSource, result: Partial<CommandResult> = {}): Promise<MetricReading> {
  const metrics = createMetrics({
    http: createHttp({ variables }),
    deployer: {
      run: async () => ({ ok: true, exitCode: 0, timedOut: false, output: '', outputs: {}, ...result }),
    },
    clock: { nowMs: () => 42 },
  });
  return metrics.read(source, aDeployRequest({ service: 'web', environment: 'prod' }));
}

const at = (changes: object = {}) => ({
  url: stage.url,
  authorizationEnv: null,
  timeoutMs: 1_000,
  ...changes,
});
const ask = (query = 'up', changes: object = {}) => read({ kind: 'prometheus', at: at(changes), query });
const askJson = (path: string | null, changes: object = {}) => read({ kind: 'http', at: at(changes), path });

function say(status: number, body: unknown): void {
  stage.answer = (_request, response) =>
    void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
}

function vector(...values: string[]): object {
  const result = values.map((value) => ({ metric: { job: 'shop' }, value: [1.5, value] }));
  return { status: 'success', data: { resultType: 'vector', result } };
}

function noData(reason: string | RegExp): object {
  const said: unknown = typeof reason === 'string' ? reason : expect.stringMatching(reason);
  return { kind: 'no_data', reason: said };
}

const WHY: Readonly<Record<string, string>> = {
  'no series': 'the query gives no series',
  'several series': 'the query gives 2 series, and has to give one',
  NaN: 'the query gives NaN',
  infinity: 'the query gives +Inf',
  'a matrix': 'the answer is none of Prometheus',
  'a bad query': 'Prometheus says: parse error',
  garbage: 'the answer is none of Prometheus',
};

describe('a Prometheus', () => {
  it('is asked for the query at this moment, filled in, with the word of a variable', async () => {
    say(200, vector('0.25'));
    const reading = await ask('rate(x{env="{{environment}}",job="{{ service }}",by="{{other}}"}[1m])', {
      url: `${stage.url}/prom/`,
      authorizationEnv: 'PROMETHEUS_TOKEN',
    });
    expect(reading).toEqual({ kind: 'value', value: 0.25, atMs: 42 });
    const [request] = stage.requests;
    const url = new URL(request?.url ?? '', stage.url);
    expect(url.pathname).toBe('/prom/api/v1/query');
    expect(url.searchParams.get('query')).toBe('rate(x{env="prod",job="web",by="{{other}}"}[1m])');
    expect(request?.headers.authorization).toBe('Bearer hush-hush');
  });

  it('is shown a whole header as it is', async () => {
    await ask('up', { authorizationEnv: 'BASIC_SECRET' });
    expect(stage.requests[0]?.headers.authorization).toBe('Basic abc');
  });

  it('is not asked without the variable', async () => {
    expect(await ask('up', { authorizationEnv: 'NO_TOKEN' })).toEqual(
      noData('the variable NO_TOKEN is not set'),
    );
    expect(stage.requests).toEqual([]);
  });

  it('may answer with a scalar', async () => {
    say(200, { status: 'success', data: { resultType: 'scalar', result: [1, '3e-3'] } });
    expect(await ask()).toMatchObject({ value: 0.003 });
  });

  it.each([
    ['no series', 200, vector()],
    ['several series', 200, vector('1', '2')],
    ['NaN', 200, vector('NaN')],
    ['infinity', 200, vector('+Inf')],
    ['a matrix', 200, { status: 'success', data: { resultType: 'matrix', result: [] } }],
    ['a bad query', 400, { status: 'error', errorType: 'bad_data', error: 'parse\nerror' }],
    ['garbage', 200, '<html>'],
    ['401', 401, 'no'],
    ['429', 429, 'slow down'],
    ['503', 503, ''],
  ])('that answers with %s gives no data, and says why', async (what, status, body) => {
    say(status, body);
    expect(await ask()).toEqual(noData(WHY[what] ?? `Prometheus answered ${status}`));
  });

  it('that hangs, resets or is not there gives no data', async () => {
    stage.answer = () => undefined;
    expect(await ask('up', { timeoutMs: 50 })).toEqual(noData('no answer within 0.05 s'));
    stage.answer = (request) => void request.socket.destroy();
    expect(await ask()).toEqual(noData(/^no answer: \w+/u));
    expect(await ask('up', { url: 'http://127.0.0.1:1' })).toEqual(noData(/^no answer: /u));
  });

  it('that begins to answer and hangs gives no data', async () => {
    stage.answer = (_request, response) => void response.writeHead(200).write('{"status":');
    expect(await ask('up', { timeoutMs: 100 })).toEqual(noData('no answer within 0.1 s'));
  });

  it('is not followed elsewhere', async () => {
    stage.answer = (_request, response) => void response.writeHead(302, { location: '/else' }).end();
    expect(await ask()).toEqual(noData('Prometheus answered 302'));
    expect(stage.requests).toHaveLength(1);
  });
});

describe('JSON over HTTP', () => {
  it('is a number at a path, or the whole answer', async () => {
    say(200, { data: [{ ms: 12.5, text: '7' }] });
    expect(await askJson('data[0].ms')).toMatchObject({ value: 12.5 });
    expect(await askJson('data[0].text')).toMatchObject({ value: 7 });
    say(200, '99.1');
    expect(await askJson(null, { url: `${stage.url}/{{service}}` })).toMatchObject({ value: 99.1 });
    expect(stage.requests.at(-1)?.url).toBe('/web');
  });

  it.each([
    ['nothing there', { data: [] }, 'there is no number at data[0].ms'],
    ['no number', { data: [{ ms: true }] }, 'there is no number at data[0].ms'],
    ['what is not its own', { data: { length: 1 } }, 'there is no number at data[0].ms'],
    ['garbage', 'x', 'there is no number at data[0].ms'],
  ])('with %s is no data', async (_, body, reason) => {
    say(200, body);
    expect(await askJson('data[0].ms')).toEqual(noData(reason));
  });

  it('that is too long is no data, and is not read to its end', async () => {
    say(200, `{"data":[{"ms":1}],"x":"${'x'.repeat(3 * 1024 * 1024)}"}`);
    expect(await askJson('data[0].ms')).toEqual(noData('the answer is too long'));
  });
});

const run = (result: Partial<CommandResult>) =>
  read({ kind: 'command', command: { run: 'measure', timeoutMinutes: 2 } }, result);

describe('a command', () => {
  it('says its number, or writes it as its last line', async () => {
    expect(await run({ outputs: { value: '12' }, output: '13\n' })).toMatchObject({ value: 12 });
    expect(await run({ output: 'measuring\n 0.5 \n' })).toMatchObject({ value: 0.5 });
  });

  it.each([
    ['says no number', { output: 'much' }, 'the command says no number'],
    ['fails', { ok: false, exitCode: 3, output: '1' }, 'the command ended with 3'],
    [
      'takes too long',
      { ok: false, timedOut: true, exitCode: null },
      'the command did not end within 2 minutes',
    ],
  ])('that %s gives no data', async (_, result, reason) => {
    expect(await run(result)).toEqual(noData(reason));
  });
});
