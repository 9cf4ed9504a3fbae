const PLACEHOLDER = /\{\{\s{0,3}([a-z_]\w{0,39})\s{0,3}\}\}/giu;

/** Puts values into a text with placeholders such as `{{service}}`; those without a value are left as they are. */
export function fillPlaceholders(
  text: string,
  values: Readonly<Record<string, string>>,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? whole : encode(value);
  });
}

/** The names that a text has placeholders for. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}
