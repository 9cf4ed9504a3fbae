import { html, raw } from 'hono/html';
import type { Account } from '../model/account.ts';
import type { Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { findAccount, fullNameOf } from '../world.ts';
import { renderMarkdown } from './markdown/render.ts';
import type { Markup, Visit } from './visit.ts';

/** A time of GitHub's form, short. */
export function showTime(at: string): Markup {
  const [date = '', time = ''] = at.split('T');
  return html`<time datetime="${at}">${date} ${time.slice(0, 5)} UTC</time>`;
}

/** A person's or a bot's picture and name. */
export function showPerson(kernel: Kernel, account: Account): Markup {
  const bot = account.type === 'Bot' ? html` <span class="tag">bot</span>` : '';
  const login = account.login.replace(/\[bot\]$/, '');
  return html`<span class="person"
    ><img src="/avatars/${account.id}" alt="" width="20" height="20" />
    <a href="${kernel.urls.webUser(account.login)}">${login}</a>${bot}</span
  >`;
}

/** A label in its colour. */
export function showLabel(label: Pick<Label, 'name' | 'color'> & { description?: string | null }): Markup {
  const color = /^[0-9a-f]{6}$/.test(label.color) ? label.color : 'ededed';
  const style = `--label:#${color};--on-label:${isLight(color) ? '#000' : '#fff'}`;
  return html`<span class="label" style="${style}" title="${label.description ?? ''}">${label.name}</span>`;
}

/** Perceived lightness by the usual weights; the edge is where black and white read equally well. */
function isLight(color: string): boolean {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 > 150;
}

/** A state as a coloured pill: `open`, `closed`, `merged`, `draft`, or a check's or deployment's word. */
export function showState(state: string, text = state.replaceAll('_', ' ')): Markup {
  return html`<span class="state ${state}">${text}</span>`;
}

/** Markdown of people and bots, safe, with links to issues and people that exist. */
export function showMarkdown(
  { kernel }: Pick<Visit, 'kernel'>,
  repository: Repository,
  text: string,
): Markup {
  const rendered = renderMarkdown(text, {
    issue: (number) => {
      const issue = repository.issues.find((one) => one.number === number);
      return issue ? pathOf(kernel, repository, `${issue.isPull ? 'pull' : 'issues'}/${number}`) : null;
    },
    person: (login) => {
      const account = findAccount(kernel.world, login) ?? findAccount(kernel.world, `${login}[bot]`);
      return account && new URL(kernel.urls.webUser(account.login)).pathname;
    },
  });
  return html`<div class="markdown">${raw(rendered)}</div>`;
}

/** The first twelve digits of a commit as a link to its page. */
export function showCommit(kernel: Kernel, repository: Repository, sha: string): Markup {
  return html`<a class="sha" href="${pathOf(kernel, repository, `commit/${sha}`)}">${sha.slice(0, 7)}</a>`;
}

/** The path of a page of a repository, without the host: a visitor may have come by another name. */
export function pathOf(kernel: Kernel, repository: Repository, path = ''): string {
  return `/${fullNameOf(kernel.world, repository)}${path ? `/${path}` : ''}`;
}

/** `1 comment`, `2 comments` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A form that is one button. */
export function button(
  action: string,
  text: string | Markup,
  more: { fields?: { [name: string]: string }; look?: string } = {},
): Markup {
  const fields = Object.entries(more.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<form method="post" action="${action}" class="inline">
    ${fields}<button class="${more.look ?? ''}">${text}</button>
  </form>`;
}
