import type { Locale } from '../../message/channel.ts';
import { EN } from './en.ts';
import type { Wording } from './wording.ts';
import { ZH_HANT } from './zh-hant.ts';

/** Every language that messages have. */
export const WORDINGS: Readonly<Record<Locale, Wording>> = { en: EN, 'zh-hant': ZH_HANT };
