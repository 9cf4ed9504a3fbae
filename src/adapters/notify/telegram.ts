import { cutLines } from '../../domain/text/message/cut.ts';
import type { Message, Span } from '../../domain/text/message/render.ts';
import type { Delivery, Failed } from '../../ports/notifier.ts';
import { failureOf, objectIn, post, type Answer, type Line } from './post.ts';

/** A chat that a bot writes to. */
export interface TelegramTarget {
  readonly apiUrl: string;
  readonly token: string;
  /** A number, or `@name` of a public channel. */
  readonly chat: string;
}

/** Source: core.telegram.org/bots/api, sendMessage: 1-4096 characters after entities parsing. */
const LONGEST_TEXT = 4_096;

/** Sends a message to a Telegram chat. A group that has become a supergroup is followed to its new number. */
export async function sendToTelegram(
  line: Line,
  target: TelegramTarget,
  message: Message,
): Promise<Delivery> {
  const first = await ask(line, target, message);
  const moved = first.kind === 'answer' ? parametersOf(first)['migrate_to_chat_id'] : undefined;
  if (typeof moved !== 'number' && typeof moved !== 'string') return judge(first);
  const second = judge(await ask(line, { ...target, chat: String(moved) }, message));
  const remark = `the chat ${target.chat} has become ${moved}: write that in the configuration`;
  return second.kind === 'sent' ? { ...second, remark } : second;
}

function ask(
  line: Line,
  { apiUrl, token, chat }: TelegramTarget,
  message: Message,
): Promise<Answer | Failed> {
  const body = JSON.stringify({
    chat_id: chat,
    text: toHtml(message),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
  });
  return post(line, { url: `${apiUrl}/bot${token}/sendMessage`, headers: {}, body });
}

/** What Telegram says of a failure beyond words. */
function parametersOf(answer: Answer): Readonly<Record<string, unknown>> {
  const { parameters } = objectIn(answer);
  return typeof parameters === 'object' && parameters !== null ? { ...parameters } : {};
}

/** Source: Telegram answers 400 both for a text that it cannot read and for a chat that is not there. */
const ABOUT_THE_MESSAGE = /can't parse entities|message is too long|text is empty/iu;

function judge(answer: Answer | Failed): Delivery {
  if (answer.kind === 'failed') return answer;
  const { ok, description } = objectIn(answer);
  if (answer.status === 200 && ok === true) return { kind: 'sent' };
  const failure = failureOf(answer);
  const words = typeof description === 'string' ? description.slice(0, 200) : '';
  const seconds = Number(parametersOf(answer)['retry_after']);
  return {
    kind: 'failed',
    why: words === '' ? failure.why : `${failure.why}: ${words}`,
    askedMs: seconds > 0 ? seconds * 1000 : failure.askedMs,
    fault: faultOf(answer, failure, words),
  };
}

/** What is no answer of Telegram comes from something in between. */
function faultOf({ status }: Answer, { fault }: Failed, words: string): Failed['fault'] {
  if (fault === 'passing' || status === 200) return 'passing';
  return ABOUT_THE_MESSAGE.test(words) ? 'message' : 'channel';
}

function toHtml(message: Message): string {
  return cutLines(message, LONGEST_TEXT)
    .map((spans) => spans.map(spanToHtml).join(''))
    .join('\n');
}

const TAGS = { plain: ['', ''], bold: ['<b>', '</b>'], code: ['<code>', '</code>'] } as const;

function spanToHtml({ text, style, href }: Span): string {
  const [open, close] = TAGS[style];
  const styled = `${open}${escapeHtml(text)}${close}`;
  return href === null ? styled : `<a href="${escapeHtml(href)}">${styled}</a>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
