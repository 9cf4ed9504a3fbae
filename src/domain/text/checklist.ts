import type { SlotCalendar } from '../calendar.ts';
import { stoppingItems } from '../checklist.ts';
import type { ItemResult } from '../probe.ts';
import { plain, tableCell } from './markdown.ts';
import { renderLocal } from './time.ts';

const MARKS: Readonly<Record<ItemResult['state'], string>> = {
  passed: '✅ passed',
  failed: '❌ failed',
  unknown: '❓ unknown',
  not_configured: '➖ not configured',
};

/** The pre-deploy checklist as a table: every item with how it was found, and when. */
export function renderItems(results: readonly ItemResult[], calendar: SlotCalendar): readonly string[] {
  return [
    '| before the deploy | | found | at |',
    '| --- | --- | --- | --- |',
    ...results.map(({ name, state, value, atMs }) => {
      const at = state === 'not_configured' ? '' : renderLocal(calendar, atMs);
      return `| ${nameOf(name)} | ${MARKS[state]} | ${tableCell(plain(value, 300))} | ${at} |`;
    }),
  ];
}

/** Which items stop a deploy, and why; one sentence of Markdown. */
export function renderStopping(results: readonly ItemResult[]): string {
  const items = stoppingItems(results).map(renderItem);
  return `The checklist stopped it before anything was changed. ${items.join('; ')}. \`/retry\` asks again.`;
}

/** An item that stops a deploy, and what was found; Markdown. */
export function renderItem({ name, state, value }: ItemResult): string {
  const is = state === 'unknown' ? ' is unknown' : '';
  return `**${nameOf(name)}**${is}: ${plain(value, 300)}`;
}

function nameOf(name: string): string {
  return plain(name.replaceAll('_', ' '), 60);
}
