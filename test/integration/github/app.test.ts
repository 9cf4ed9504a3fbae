import nock from 'nock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDeliveries } from '../../../src/adapters/github/delivery.ts';
import { createInstallations } from '../../../src/adapters/github/installation.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import { nockNetwork } from '../../support/nocked-network.ts';

const API = 'https://api.github.test';
const client = createOctokit({ token: 'a token', baseUrl: API });
let told: string[];
const note = (message: string) => void told.push(message);
const deliveries = createDeliveries(client, { info: note, warn: note, error: note });
const installations = createInstallations({ app: client, installation: () => Promise.resolve(client) });

nockNetwork();
beforeEach(() => {
  told = [];
});

const at = (minute: number) => `2026-11-20T12:${String(minute).padStart(2, '0')}:00Z`;

/** An item of GitHub's list as it writes it: the id is no number that JavaScript can hold. */
function item(minute: number, status = 'OK', statusCode = 200): string {
  return `{"id":38040046231722393${minute + 10},"guid":"guid-${minute}","delivered_at":"${at(minute)}","redelivery":false,
    "duration":0.1,"status":"${status}","status_code":${statusCode},"event":"issues","action":"opened",
    "installation_id":1,"repository_id":2,"throttled_at":null}`;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

describe('the log of deliveries', () => {
  test('is read back to the moment that is asked for, page by page, oldest first', async () => {
    const link = `<${API}/app/hook/deliveries?per_page=100&cursor=v1_9>; rel="next"`;
    nock(API)
      .get('/app/hook/deliveries?per_page=100')
      .reply(200, `[${item(9)},${item(8)}]`, { ...JSON_TYPE, link })
      .get('/app/hook/deliveries?per_page=100&cursor=v1_9')
      .reply(200, `[${item(7)},${item(2)}]`, { ...JSON_TYPE, link });
    const found = await deliveries.since(Date.parse(at(5)));
    expect(found.map(({ guid }) => guid)).toEqual(['guid-7', 'guid-8', 'guid-9']);
  });

  test('tells what failed by its status: an attempt without an answer has the status code 0', async () => {
    nock(API)
      .get('/app/hook/deliveries?per_page=100')
      .reply(
        200,
        `[${item(3, 'failed to connect to host', 0)},${item(2, 'Invalid HTTP Response: 500', 500)},${item(1)}]`,
        JSON_TYPE,
      );
    const found = await deliveries.since(0);
    expect(found.map(({ isOk }) => isOk)).toEqual([true, false, false]);
  });

  test('is asked for an event again by the whole of its long id', async () => {
    nock(API)
      .get('/app/hook/deliveries?per_page=100')
      .reply(200, `[${item(1)}]`, JSON_TYPE);
    const [first] = await deliveries.since(0);
    if (first === undefined) throw new Error('nothing was read');
    nock(API).post('/app/hook/deliveries/3804004623172239311/attempts').reply(202, {});
    await deliveries.askAgain(first);
  });

  test('is no reason to fail when GitHub has forgotten an event', async () => {
    nock(API)
      .get('/app/hook/deliveries?per_page=100')
      .reply(200, `[${item(1)}]`, JSON_TYPE);
    const [first] = await deliveries.since(0);
    if (first === undefined) throw new Error('nothing was read');
    nock(API)
      .post(/attempts$/u)
      .reply(404, { message: 'Not Found' });
    await deliveries.askAgain(first);
  });

  test('is not read without end', async () => {
    const link = `<${API}/app/hook/deliveries?per_page=100&cursor=v1_9>; rel="next"`;
    nock(API)
      .get('/app/hook/deliveries')
      .query(true)
      .times(20)
      .reply(200, `[${item(9)}]`, { ...JSON_TYPE, link });
    expect(await deliveries.since(0)).toHaveLength(20);
    expect(told).toEqual([expect.stringContaining('more webhook deliveries')]);
  });
});

describe('where the App is installed', () => {
  test('is read without installations that are suspended', async () => {
    nock(API)
      .get('/app/installations?per_page=100&page=1')
      .reply(200, [
        { id: 1, suspended_at: null },
        { id: 2, suspended_at: at(0) },
      ]);
    expect(await installations.ids()).toEqual([1]);
  });

  test('is read to the last page', async () => {
    const many = Array.from({ length: 100 }, (_, index) => repository(index));
    nock(API)
      .get('/installation/repositories?per_page=100&page=1')
      .reply(200, { total_count: 101, repositories: many })
      .get('/installation/repositories?per_page=100&page=2')
      .reply(200, { total_count: 101, repositories: [repository(100)] });
    const found = await installations.repositories(1);
    expect(found).toHaveLength(101);
    expect(found?.at(-1)).toEqual({ id: 100, owner: 'acme', name: 'r100', defaultBranch: 'main' });
  });

  test('is nowhere for an installation of another App, and a failure when GitHub is in trouble', async () => {
    nock(API).get('/installation/repositories?per_page=100&page=1').reply(404, { message: 'Not Found' });
    expect(await installations.repositories(1)).toBeNull();
    nock(API).get('/installation/repositories?per_page=100&page=1').reply(403, { message: 'Suspended' });
    await expect(installations.repositories(1)).rejects.toMatchObject({ status: 403 });
  });
});

const repository = (id: number) => ({ id, name: `r${id}`, owner: { login: 'acme' }, default_branch: 'main' });
