import { describe, expect, it } from 'vitest';
import { previewSlot } from '../../../src/usecases/slot/preview-slot.ts';
import { bugIn, bugOnUat, confirmedBug, createShop, readyFix, say } from './support.ts';

describe('a preview of tonight', () => {
  it('shows what T1 would take to UAT, and changes nothing', async () => {
    const shop = createShop();
    const bug = await confirmedBug(shop);
    await say(shop, { issue: bug, body: `/fix #${readyFix(shop, bug)}` });
    const before = { ledger: shop.ledger.state(), branches: [...shop.git.branches] };
    const preview = await previewSlot(shop.open(), 'T1');
    expect(preview.stages).toMatchObject([{ stage: { environment: 'uat', bugs: [{ bug }] } }]);
    expect(preview.outcomes).toContainEqual(expect.objectContaining({ bug, message: 'would go to UAT' }));
    expect({ ledger: shop.ledger.state(), branches: [...shop.git.branches] }).toEqual(before);
    expect(shop.deploys).toEqual([]);
  });

  it('shows what T2 would bring to PROD, and what it would hold back and why', async () => {
    const shop = createShop();
    const approved = await bugOnUat(shop);
    await say(shop, { issue: approved, body: '/approve-prod' });
    const before = [...shop.git.branches];
    const preview = await previewSlot(shop.open(), 'T2');
    expect(preview.stages).toMatchObject([
      {
        stage: { environment: 'prod', bugs: [{ bug: approved }] },
        steps: [{ key: 'deploy 100' }, { key: 'verify' }],
      },
    ]);
    expect([...shop.git.branches]).toEqual(before);
    expect(bugIn(shop, approved).status).toBe('pending_prod');
  });

  it('has nothing to show when no bug is up', async () => {
    expect(await previewSlot(createShop().open(), 'T2')).toMatchObject({
      stages: [],
      outcomes: [],
    });
  });
});
