/** Where mentions and numbers lead. */
export interface MarkdownLinks {
  /** The page of `#12`; `null` leaves the text alone. */
  issue(number: number): string | null;
  /** The page of `@login`; `null` leaves the text alone. */
  person(login: string): string | null;
}

/** Writes the five characters that mean something in HTML as text. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Marks the place of something already rendered; never part of the input, see `render`. */
const MARK = '\uE000';

/**
 * Renders one run of text: code, links, emphasis, mentions, a few plain tags.
 *
 * Everything is escaped first; what is rendered is put back last, so no text can reach into a tag.
 */
export function renderInline(text: string, links: MarkdownLinks): string {
  const kept: string[] = [];
  const keep = (html: string): string => {
    kept.push(html);
    return `${MARK}${kept.length - 1}${MARK}`;
  };
  const marked = plainTags(
    emphasise(autolink(linkUp(takeCode(text, keep), { links, keep }), { links, keep })),
  );
  return restore(marked, kept);
}

/** What is kept may hold marks itself: a link around code. */
function restore(text: string, kept: string[]): string {
  return text.replaceAll(/\uE000(\d+)\uE000/g, (_all, at: string) => restore(kept[Number(at)] ?? '', kept));
}

type Keep = (html: string) => string;

function takeCode(text: string, keep: Keep): string {
  const escaped = text.replaceAll(
    /\\([\\`*_{}[\]()#+\-.!|<>~])|(`+)([\s\S]*?[^`])\2(?!`)|&(?:#(\d{1,7})|(amp|lt|gt|quot));/g,
    (...found) => {
      const [, character, , code, point, entity] = found.map((part) =>
        typeof part === 'string' ? part : '',
      );
      if (character) return keep(escapeHtml(character));
      if (point) return keep(escapeHtml(characterOf(Number(point))));
      if (entity) return keep(`&${entity};`);
      return keep(`<code>${escapeHtml((code ?? '').replace(/^ (.*) $/, '$1'))}</code>`);
    },
  );
  return escapeHtml(escaped);
}

/** The character of a numeric reference. *Source:* CommonMark 0.31.2, section 2.5: what is none is shown as U+FFFD. */
function characterOf(point: number): string {
  const isCharacter = point > 0 && point <= 0x10_ff_ff && !(point >= 0xd8_00 && point <= 0xdf_ff);
  return isCharacter ? String.fromCodePoint(point) : '\uFFFD';
}

function linkUp(text: string, { links, keep }: { links: MarkdownLinks; keep: Keep }): string {
  return text.replaceAll(
    /!?\[((?:[^[\]]|\[[^[\]]*\])*)\]\(\s*([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+&quot;.*?&quot;)?\s*\)/g,
    (all: string, label: string, target: string) => {
      const address = safeAddress(target);
      if (address === null) return all;
      const shown = emphasise(label) || address;
      return keep(`<a href="${address}" rel="nofollow noopener">${mention(shown, links, keep)}</a>`);
    },
  );
}

/** Only addresses that lead to a page; `javascript:` and the like stay text. The input is escaped already. */
function safeAddress(target: string): string | null {
  return /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(target) ? target : null;
}

function autolink(text: string, { links, keep }: { links: MarkdownLinks; keep: Keep }): string {
  const addresses = text.replaceAll(
    /(^|[\s(>])(https?:\/\/(?:(?!&quot;|&lt;|&gt;|&#39;)[^\s<>"'\uE000])+?)(?=[.,;:!?)]*(?:\s|$|&lt;|&gt;|&quot;|&#39;))/g,
    (_all, before: string, address: string) =>
      `${before}${keep(`<a href="${address}" rel="nofollow noopener">${address}</a>`)}`,
  );
  return mention(addresses, links, keep);
}

function mention(text: string, links: MarkdownLinks, keep: Keep): string {
  return text
    .replaceAll(
      /(^|[\s(,;])@([A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[\w-]+)?)/g,
      (all: string, before: string, login: string) => {
        const page = links.person(login);
        return page === null ? all : `${before}${keep(`<a href="${escapeHtml(page)}">@${login}</a>`)}`;
      },
    )
    .replaceAll(/(^|[\s(,;])#(\d{1,9})\b/g, (all: string, before: string, number: string) => {
      const page = links.issue(Number(number));
      return page === null ? all : `${before}${keep(`<a href="${escapeHtml(page)}">#${number}</a>`)}`;
    });
}

function emphasise(text: string): string {
  return text
    .replaceAll(/\*\*(?=\S)([\s\S]*?\S)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(?<![\w_])__(?=\S)([\s\S]*?\S)__(?![\w_])/g, '<strong>$1</strong>')
    .replaceAll(/(?<!\*)\*(?=[^\s*])([^*]*?[^\s*])\*(?!\*)/g, '<em>$1</em>')
    .replaceAll(/(?<![\w_])_(?=[^\s_])([^_]*?[^\s_])_(?![\w_])/g, '<em>$1</em>')
    .replaceAll(/~~(?=\S)([\s\S]*?\S)~~/g, '<del>$1</del>');
}

/** Tags that mean no more than a way of writing; they come without attributes, and in pairs. */
function plainTags(text: string): string {
  return text
    .replaceAll(/&lt;br ?\/?&gt;/gi, '<br>')
    .replaceAll(
      /&lt;(sub|sup|kbd|b|i|strong|em|code|ins|del)&gt;((?:(?!&lt;\1&gt;)[\s\S])*?)&lt;\/\1&gt;/gi,
      (_all, tag: string, inner: string) => `<${tag.toLowerCase()}>${inner}</${tag.toLowerCase()}>`,
    );
}
