import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { tonicWorkflows } from '../../src/compose-demo-repository.ts';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';
import { answers, resets, startChannelServer, type ChannelServer } from '../support/channel-server.ts';
import { logOf } from '../support/e2e-run.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

// Three channels: the App reaches the first, the second cuts every connection, only the Action knows the third.
let team: ChannelServer;
let dead: ChannelServer;
let run: ChannelServer;
let shop: Shop;

const EVENTS = '[t1_done_flow1, t2_done_flow1, approval_queued]';
const SECRET = 'a secret for messages';

beforeAll(async () => {
  [team, dead, run] = await Promise.all([
    startChannelServer(answers(204)),
    startChannelServer(resets),
    startChannelServer(answers(204)),
  ]);
  vi.stubEnv('NOTIFY_TEAM', team.url);
  vi.stubEnv('NOTIFY_DEAD', dead.url);
  vi.stubEnv('NOTIFY_SECRET', SECRET);
  shop = await startShop({ write: writeShopWithChannels });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await shop.demo.close();
  await Promise.all([team, dead, run].map((server) => server.close()));
});

function channel(name: string, url: string): string {
  return `    ${name}: { kind: webhook, url_env: ${url}, secret_env: NOTIFY_SECRET, events: ${EVENTS} }\n`;
}

async function writeShopWithChannels(site: DemoSite): Promise<void> {
  const channels = [
    channel('team', 'NOTIFY_TEAM'),
    channel('dead', 'NOTIFY_DEAD'),
    channel('run', 'NOTIFY_RUN'),
  ];
  await writeShop({ ...site, notify: `notify:\n  digest_at: null\n  channels:\n${channels.join('')}` });
  await tellWorkflows(site);
}

/** The workflows hand the action what it needs for one of the channels. */
async function tellWorkflows({ sandbox, repository, people, dayMs }: DemoSite): Promise<void> {
  const author = people['ada']?.account;
  if (author === undefined) throw new Error('the recipe has no Ada');
  const variables = `env:\n  NOTIFY_RUN: ${run.url}\n  NOTIFY_SECRET: ${SECRET}\n`;
  const files = Object.fromEntries(
    Object.entries(tonicWorkflows()).map(([path, text]) => [path, text.replace(/^env:\n/mu, variables)]),
  );
  for (const branch of ['main', 'uat']) {
    const commit = { branch, from: undefined, author, message: 'Tell the workflows of a channel', files };
    await writeSeedCommit(sandbox, repository, { ...commit, atMs: dayMs });
  }
}

function heardOn(server: ChannelServer): string[] {
  return server.arrived.map(({ body }) => JSON.parse(body).event);
}

it('a night with a dead channel deploys as ever, and every message arrives once on the others', async () => {
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  await shop.to('20:00');
  await shop.demo.running()?.deliver();
  await shop.say('ada', 'vat', '/approve-prod');
  await shop.demo.running()?.deliver();
  await shop.to('22:00');
  await shop.demo.running()?.deliver();
  await shop.demo.running()?.deliver();

  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  expect(shop.deploys('prod')).toHaveLength(1);
  const night = ['t1_done_flow1', 'approval_queued', 't2_done_flow1'];
  expect(heardOn(team)).toEqual(night);
  expect(heardOn(run)).toEqual(night);
  expect(JSON.parse(team.arrived[0]?.body ?? '').text).toContain('#1 Something is wrong with vat');
  const open = await shop.git('ls-tree', '-r', '--name-only', 'origin/tonic-ledger', 'outbox/');
  expect(
    open
      .split('\n')
      .filter((path) => path.includes('message'))
      .map((path) => path.replace(/.*-/u, '')),
  ).toEqual(['dead.json', 'dead.json', 'dead.json']);
  const logs = runsOf(shop.demo.repository).map(logOf).join('\n');
  expect(logs).toContain('T2');
  expect(logs).not.toContain(SECRET);
});
