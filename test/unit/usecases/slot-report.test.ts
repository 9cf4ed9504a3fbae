import { beforeEach, expect, it } from 'vitest';
import { renderReport } from '../../../src/domain/text/slot.ts';
import { bugForUat, createShop, planAt, slot, type Shop } from './support.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop();
});

it('the report of a slot that has just planned names what is aboard', async () => {
  const bug = await bugForUat(shop);
  const id = await planAt(shop, 'T2');
  const record = shop.ledger.state().slots.get(id);
  const report = record === undefined ? '' : renderReport(record);
  expect(report).toMatch(new RegExp(`^\\| UAT \\| planned \\| .* \\| #${bug} \\|$`, 'mu'));
  expect(report).not.toContain('No bug was up');
});

it('the report of a slot without bugs says so', async () => {
  const result = await slot(shop, 'T1');
  expect(result.kind === 'ran' ? renderReport(result.record) : '').toContain('No bug was up.');
});
