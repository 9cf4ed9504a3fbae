import { troubleOf, toFailure } from '../failure.ts';

/** GitHub hides from whoever may not look by answering 404 as well as 403. */
const HIDING = new Set([401, 403, 404]);

/**
 * Does a read and gives `null` where GitHub does not show it to this caller; `instead` may tell another meaning of such an
 * answer from its words.
 *
 * @throws GitHubFailure for every other error: what could not be read must not pass for what may not be seen.
 */
export async function seen<T>(
  operation: string,
  request: () => Promise<T>,
  instead: (words: string) => T | null = () => null,
): Promise<T | null> {
  try {
    return await request();
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === null || !HIDING.has(trouble.status ?? 0) || isLimit(trouble.message)) {
      throw toFailure(operation, error);
    }
    return instead(trouble.message);
  }
}

/** A limit is also a 403, and hides nothing. */
function isLimit(words: string): boolean {
  return /rate limit|abuse detection/iu.test(words);
}

/** Source: what a plan lacks is answered 403 with "Upgrade to GitHub Pro or make this repository public …". */
export function isPlanLimit(words: string): boolean {
  return /upgrade to|not available (?:for|on)|billing plan/iu.test(words);
}
