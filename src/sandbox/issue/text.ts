import { invalidField } from '../error.ts';

/** GitHub's limit for issue bodies and comments, in characters. */
const BODY_LENGTH = 65_536;
const TITLE_LENGTH = 256;

/** How many characters a text has, as GitHub counts: an emoji of two code units is one. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Refuses a title that is blank or too long. @throws ApiError 422. */
export function checkTitle(title: string): void {
  if (title.trim() === '') throw invalidField('Issue', 'title', { code: 'missing_field' });
  if (lengthOf(title) > TITLE_LENGTH) {
    throw invalidField('Issue', 'title', {
      code: 'custom',
      message: `title is too long (maximum is ${TITLE_LENGTH} characters)`,
    });
  }
}

/** Refuses a body that is too long. @throws ApiError 422. */
export function checkBody(resource: 'Issue' | 'IssueComment', body: string): void {
  // Counting characters is dear, and bytes never are fewer.
  if (body.length <= BODY_LENGTH || lengthOf(body) <= BODY_LENGTH) return;
  throw invalidField(resource, 'body', {
    code: 'custom',
    message: `body is too long (maximum is ${BODY_LENGTH} characters)`,
  });
}
