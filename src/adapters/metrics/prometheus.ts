import { z } from 'zod';
import { readNumber, type HttpTarget } from '../../domain/metric.ts';
import type { Http } from '../../ports/http.ts';
import { noData, type Looked } from './looked.ts';

/** Source: prometheus.io/docs/prometheus/latest/querying/api, instant queries: numbers are text, for NaN and Inf. */
const point = z.tuple([z.number(), z.string()]);
const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.union([
      z.object({ resultType: z.literal('scalar'), result: point }),
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: point })) }),
    ]),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/**
 * Asks a Prometheus for the value of a query now.
 *
 * One number only: a query that gives several series is answered with no data, as which of them counts is for its writer
 * to say, by `max(…)` or `sum(…)`. `NaN` (nothing happened, so there is no rate) and infinity are no data, too.
 */
export async function askPrometheus(http: Http, at: HttpTarget, query: string): Promise<Looked> {
  const answer = await http.send({
    method: 'GET',
    url: `${at.url.replace(/\/+$/u, '')}/api/v1/query?${new URLSearchParams({ query }).toString()}`,
    headers: { accept: 'application/json' },
    body: null,
    authorizationEnv: at.authorizationEnv,
    timeoutMs: at.timeoutMs,
  });
  if (answer.kind === 'none') return noData(answer.reason);
  const read = Answer.safeParse(parseJson(answer.body));
  if (read.success && read.data.status === 'error') return noData(`Prometheus says: ${read.data.error}`);
  if (answer.status !== 200) return noData(`Prometheus answered ${answer.status}`);
  if (!read.success || read.data.status === 'error') return noData('the answer is none of Prometheus');
  const { data } = read.data;
  return data.resultType === 'scalar' ? valueOf(data.result[1]) : onlyValue(data.result);
}

function onlyValue(series: readonly { readonly value: readonly [number, string] }[]): Looked {
  const [first, ...others] = series;
  if (first === undefined) return noData('the query gives no series');
  if (others.length > 0) return noData(`the query gives ${series.length} series, and has to give one`);
  return valueOf(first.value[1]);
}

function valueOf(text: string): Looked {
  const value = readNumber(text);
  return value === null ? noData(`the query gives ${text.slice(0, 20)}`) : { kind: 'value', value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
