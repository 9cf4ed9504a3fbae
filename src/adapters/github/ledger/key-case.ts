/** The ledger's JSON is read by people beside YAML and GitHub's API, so its keys are snake_case; code has camelCase. */

/** Gives a JSON value with keys as code has them. @throws Error for a key that is not snake_case. */
export function toCamelCase(value: unknown): unknown {
  return withKeys(value, (key) => {
    if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/u.test(key))
      throw new Error(`the key "${key.slice(0, 60)}" is not snake_case`);
    return key.replaceAll(/_([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
  });
}

/** Gives a value with keys as the ledger's JSON has them. */
export function toSnakeCase(value: unknown): unknown {
  return withKeys(value, snakeCase);
}

/** One key as the ledger's JSON has it. */
export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => withKeys(each, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [rename(key), withKeys(own, rename)]));
}
