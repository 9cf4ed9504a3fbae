import { z } from 'zod';
import { isJsonPath } from '../../domain/json-path.ts';
import type { HttpTarget } from '../../domain/metric.ts';
import { isSecretName } from '../secret.ts';

/** This system's own credentials are for GitHub alone. */
const OWN = /^(?:(?:GITHUB|GH)_TOKEN|ACTIONS_.*|PRIVATE_KEY|WEBHOOK_SECRET|INPUT_.*)$/iu;

/** Name of an environment variable that holds a secret; never the secret itself. */
const secretEnv = z
  .string()
  .regex(/^[A-Za-z_]\w{0,99}$/u, { error: 'is no name of an environment variable' })
  .refine((name) => !OWN.test(name), { error: 'is a credential of this system, which goes to GitHub alone' })
  .refine((name) => isSecretName(name), {
    error:
      'is not called like a secret, so its value would not be kept out of logs; call it …_TOKEN, …_SECRET or …_PASSWORD',
  });

/** An address of HTTP, without a name and a password in it. */
const httpUrl = z
  .string()
  .max(2_000)
  .refine((value) => isHttpUrl(value), {
    error: 'is no address; write it like "https://example.org/metrics"',
  })
  .refine((value) => !/^[a-z]+:\/\/[^/?#]*@/iu.test(value), {
    error: 'holds a name or a password; name a variable in "authorization_env" instead',
  });

function isHttpUrl(value: string): boolean {
  const bare = value.replaceAll(/\{\{[^{}]{0,40}\}\}/gu, 'x');
  return /^https?:\/\//u.test(bare) && URL.canParse(bare);
}

/** A path into JSON. */
export const jsonPath = z.string().refine((value) => isJsonPath(value), {
  error: 'is no path into JSON; write it like "data.items[0].id"',
});

/** What every address has: who asks, and for how long. */
export const httpKeys = {
  url: httpUrl.describe('Address that is asked.'),
  authorization_env: secretEnv
    .nullable()
    .default(null)
    .describe(
      'Name of the environment variable of the job whose value is sent as `Authorization`; a bare token goes as `Bearer`.',
    ),
  timeout_seconds: z.int().min(1).max(60).default(10).describe('After this time there was no answer.'),
};

/** A Prometheus, or what speaks like one. */
export const Prometheus = z.strictObject(httpKeys);

/** A number in JSON. */
export const JsonNumber = z.strictObject({
  ...httpKeys,
  json: jsonPath
    .nullable()
    .default(null)
    .describe('Where the number is, such as `data.items[0].ms`; `null`: the answer is the number.'),
});

/** An address as the policy has it. */
export function toTarget(target: z.output<typeof Prometheus>): HttpTarget {
  return {
    url: target.url,
    authorizationEnv: target.authorization_env,
    timeoutMs: target.timeout_seconds * 1_000,
  };
}
