import { readJsonText } from '../../domain/json-path.ts';
import { readNumber, type HttpTarget } from '../../domain/metric.ts';
import type { Http } from '../../ports/http.ts';
import { noData, type Looked } from './looked.ts';

/** Reads a number out of the JSON at an address; `null` as the path: the answer is the number. */
export async function askJson(http: Http, at: HttpTarget, path: string | null): Promise<Looked> {
  const answer = await http.send({
    method: 'GET',
    url: at.url,
    headers: { accept: 'application/json' },
    body: null,
    authorizationEnv: at.authorizationEnv,
    timeoutMs: at.timeoutMs,
  });
  if (answer.kind === 'none') return noData(answer.reason);
  if (answer.status !== 200) return noData(`the address answered ${answer.status}`);
  if (answer.isCut) return noData('the answer is too long');
  const value = readNumber(readJsonText(answer.body, path));
  if (value !== null) return { kind: 'value', value };
  return noData(path === null ? 'the answer is no number' : `there is no number at ${path}`);
}
