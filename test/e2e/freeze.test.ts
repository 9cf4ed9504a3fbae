import { afterAll, beforeAll, expect, it } from 'vitest';
import { says } from '../../src/cli/story/deed.ts';
import { changeConfiguration } from '../support/e2e-configuration.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';
import { startHttpStage, type HttpStage } from '../support/http-stage.ts';

/** Hears of each service that is deployed, and lets it go on when the answer comes. */
let stage: HttpStage;
let shop: Shop;
beforeAll(async () => {
  stage = await startHttpStage();
  // Nobody has set it up, so that Ada can change the configuration past all gates.
  shop = await startShop({ isSetUp: false });
  await configure();
});
afterAll(async () => {
  await shop.demo.close();
  await stage.close();
});

/** The till needs the shelf; each is deployed by the command of UAT and tells of it. */
function configure(): Promise<void> {
  return changeConfiguration(shop, 'Services', (document) => {
    const deploy = String(document.getIn(['environments', 'uat', 'deploy', 'run']));
    const run = `${deploy}\ncurl --fail --silent --noproxy '*' "${stage.url}/$TONIC_SERVICE/$TONIC_FENCING_TOKEN"`;
    document.setIn(['services'], {
      till: { depends_on: ['shelf'], deploy: { run } },
      shelf: { deploy: { run } },
    });
  });
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
