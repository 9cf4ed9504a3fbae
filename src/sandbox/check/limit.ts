import { unprocessable } from '../error.ts';
import type { CheckAction, CheckAnnotation } from '../model/check.ts';

/** How much an App may say about a commit at once, characters. */
const LONG_TEXT = 65_535;
const ANNOTATIONS = 50;
const BUTTONS = 3;
const BUTTON_TEXT = { label: 20, description: 40, identifier: 20 } as const;

/** The parts of a report that have a limit. */
interface Limited {
  summary?: string | undefined;
  text?: string | undefined;
  annotations?: CheckAnnotation[] | undefined;
  actions?: CheckAction[] | undefined;
}

/** @throws ApiError 422 for a report that is longer than GitHub takes. */
export function checkLimits({ summary, text, annotations = [], actions = [] }: Limited): void {
  refuseLong('output/summary', summary, LONG_TEXT);
  refuseLong('output/text', text, LONG_TEXT);
  if (annotations.length > ANNOTATIONS) throw tooMany('output/annotations', ANNOTATIONS);
  if (actions.length > BUTTONS) throw tooMany('actions', BUTTONS);
  for (const action of actions) {
    for (const field of ['label', 'description', 'identifier'] as const)
      refuseLong(`actions/${field}`, action[field], BUTTON_TEXT[field]);
  }
}

function refuseLong(field: string, words: string | undefined, limit: number): void {
  if (words === undefined || words.length <= limit) return;
  throw unprocessable(
    `Invalid request.\n\nFor 'properties/${field}', only ${limit} characters are allowed; ${words.length} were supplied.`,
  );
}

function tooMany(field: string, limit: number): Error {
  return unprocessable(
    `Invalid request.\n\nFor 'properties/${field}', only ${limit} items are allowed; more were given.`,
  );
}
