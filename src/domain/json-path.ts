const NAME = String.raw`[A-Za-z_$][\w$-]{0,99}`;
const PATH = new RegExp(String.raw`^(?:${NAME}|\[\d{1,6}\])(?:\.${NAME}|\[\d{1,6}\])*$`, 'u');
const STEP = new RegExp(String.raw`${NAME}|\d{1,6}`, 'gu');

/** Whether a text is a path into JSON such as `data.items[0].id`. */
export function isJsonPath(text: string): boolean {
  return text.length <= 500 && PATH.test(text);
}

/** The value at a path such as `data.items[0].id`; `undefined` where there is none. Only own keys count. */
export function readJsonPath(value: unknown, path: string): unknown {
  let below = value;
  for (const step of path.match(STEP) ?? []) {
    if (typeof below !== 'object' || below === null || !Object.hasOwn(below, step)) return undefined;
    below = Reflect.get(below, step) as unknown;
  }
  return below;
}

/** The value at a path of a JSON text; `null` as the path: the whole. A text that is no JSON has no values. */
export function readJsonText(text: string, path: string | null): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return path === null ? value : readJsonPath(value, path);
}
