import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Document } from 'yaml';
import { says } from '../../src/cli/story/deed.ts';
import { withConfig } from '../support/e2e-config.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';
import { startHttpStage, type HttpStage } from '../support/http-stage.ts';

/** Hears of each service that is deployed, and lets it go on when the answer comes. */
let stage: HttpStage;
let shop: Shop;
beforeAll(async () => {
  stage = await startHttpStage();
  shop = await startShop({ write: withConfig(services) });
});
afterAll(async () => {
  await shop.demo.close();
  await stage.close();
});

/** The till needs the shelf; each is deployed by the command of UAT and tells of it. */
function services(config: Document.Parsed): object {
  const deploy = String(config.getIn(['environments', 'uat', 'deploy', 'run']));
  const run = `${deploy}\ncurl --fail --silent --noproxy '*' "${stage.url}/$TONIC_SERVICE/$TONIC_FENCING_TOKEN"`;
  return { services: { till: { depends_on: ['shelf'], deploy: { run } }, shelf: { deploy: { run } } } };
}

async function freezeNow(): Promise<void> {
  await says('ada', ['vat'], '/freeze until 2031-01-01 the till is counted')(shop.scene);
  const isFrozen = async () => (await shop.answers('vat')).some((answer) => answer.includes('is frozen'));
  let heard = false;
  while (!heard) heard = await isFrozen();
}

const deployed = () => stage.requests.map(({ url }) => url);

it('a freeze that begins between two services stops the slot there, which says what runs where', async () => {
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  stage.answer = (_request, response) => void freezeNow().then(() => response.end('ok'));

  await shop.to('20:00');

  expect(deployed()).toEqual(['/shelf/1']);
  expect(await shop.statusOf('vat')).toBe('planned');
  const said = (await shop.answers('vat')).at(-1) ?? '';
  expect(said).toContain('the till is counted; it opens');
  expect(said).toMatch(/- `shelf` runs `[0-9a-f]{7}`\n- `till` runs `[0-9a-f]{7}`/u);
});

it('a rollback whose second service fails says exactly what runs where, and is brought to its end when it is said again', async () => {
  stage.answer = (_request, response) => void response.end('ok');
  await shop.say('ada', 'vat', '/unfreeze');
  await shop.say('ada', 'vat', '/retry');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  const tip = await shop.head('uat');
  stage.requests.length = 0;
  stage.answer = (request, response) => {
    response.statusCode = request.url?.startsWith('/shelf/') === true ? 500 : 200;
    response.end();
  };

  await shop.say('ada', 'vat', '/rollback uat the till is wrong');
  expect(deployed().map((url) => url?.split('/')[1])).toEqual(['till', 'shelf']);
  expect(await shop.head('uat')).toBe(tip);
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  const said = (await shop.answers('vat')).at(-1) ?? '';
  expect(said).toMatch(/did not bring UAT back.*deploy command of `shelf`/u);
  const back = (await shop.git('rev-parse', `${tip}^1`)).slice(0, 7);
  expect(said).toContain(`- \`till\` runs \`${back}\`\n- \`shelf\` runs `);
  for (const one of [back, tip.slice(0, 7), 'nobody knows which'])
    expect(said.split('`shelf` runs')[1]).toContain(one);

  stage.answer = (_request, response) => void response.end('ok');
  await shop.say('ada', 'vat', '/rollback uat the till is wrong');
  expect(await shop.statusOf('vat')).toBe('confirmed');
  expect((await shop.answers('vat')).join('\n')).toContain('### UAT is back on');
  expect(await shop.git('rev-parse', 'origin/uat^')).toContain(tip);
});
