import type { Account } from '../model/account.ts';
import { escapeHtml } from './markdown/inline.ts';

const COLOURS = ['#0969da', '#1a7f37', '#8250df', '#bc4c00', '#bf3989', '#1b7c83', '#cf222e', '#7d4e00'];

/** Draws an account's picture: its first letter on a colour of its own; bots are square. */
export function drawAvatar(account: Account | null): string {
  const letter = escapeHtml((account?.login ?? 's').charAt(0).toUpperCase());
  const colour = COLOURS[(account?.id ?? 0) % COLOURS.length];
  const round = account?.type === 'Bot' || account?.type === 'Organization' ? 8 : 20;
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">' +
    `<rect width="40" height="40" rx="${round}" fill="${colour}"/>` +
    `<text x="20" y="28" text-anchor="middle" font-family="sans-serif" font-size="22" font-weight="600" fill="#fff">${letter}</text></svg>`
  );
}
