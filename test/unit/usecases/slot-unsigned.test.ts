import { describe, expect, it } from 'vitest';
import { bugIn, bugOnUat, createShop, nextNoon, outcomeIn, say, slot } from './support.ts';

describe('a fix that lies on the PROD branch because its deploy failed', () => {
  it('is not carried live by another bug once its approval was taken back', async () => {
    const shop = createShop();
    const withdrawn = await bugOnUat(shop);
    await say(shop, { issue: withdrawn, body: '/approve-prod' });
    shop.failing.add('prod');
    expect(outcomeIn(await slot(shop, 'T2'), withdrawn)).toBe('failed deploy_failed');
    shop.failing.delete('prod');
    await say(shop, { issue: withdrawn, body: '/unapprove' });
    nextNoon(shop);
    const other = await bugOnUat(shop);
    await say(shop, { issue: other, body: '/approve-prod' });
    const before = [...shop.deploys];
    expect(outcomeIn(await slot(shop, 'T2'), other)).toBe('held unsigned_commits');
    expect(shop.deploys).toEqual(before);
    expect(bugIn(shop, withdrawn).status).toBe('deployed_uat');
  });

  it('goes live once it is approved again', async () => {
    const shop = createShop();
    const bug = await bugOnUat(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    shop.failing.add('prod');
    await slot(shop, 'T2');
    shop.failing.delete('prod');
    await say(shop, { issue: bug, body: '/unapprove' });
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    await slot(shop, 'T2');
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
  });
});
