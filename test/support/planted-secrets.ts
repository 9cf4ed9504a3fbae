import { generateKeyPairSync } from 'node:crypto';

const hex = (length: number) => 'a1b2c3d4e5f60718293a4b5c6d7e8f90'.repeat(2).slice(0, length);
const word = (length: number) => 'Zx9Qw7Er5Ty3Ui1Op0As8Df6Gh4Jk2Lm'.repeat(40).slice(0, length);

/** A signed token such as GitHub's newer installation tokens end with. */
const JWT = `eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiI0NzExIiwi${word(300)}.${word(80)}-_${word(20)}`;

/** The key of nobody's App, in the form that GitHub gives. */
export const PLANTED_KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;

/** A secret, as it would stand in a line of text, and the part that may not be seen. */
export interface Planted {
  readonly kind: string;
  readonly line: string;
  readonly secret: string;
}

/** What stands in the line is the secret itself. */
const bare = (kind: string, secret: string): Planted => ({ kind, line: secret, secret });

/** One secret of each kind that is recognised by its looks, on one line. */
export const PLANTED: readonly Planted[] = [
  bare('a personal token', `ghp_${word(36)}`),
  bare('a token of an OAuth app', `gho_${word(36)}`),
  bare('a token of a user', `ghu_${word(36)}`),
  bare('an installation token', `ghs_${word(36)}`),
  bare('a new installation token', `ghs_4711_${JWT}`),
  bare('a refresh token', `ghr_${word(76)}`),
  bare('a fine-grained token', `github_pat_11${word(20)}_${word(59)}`),
  bare('an installation token of before', `v1.${hex(40)}`),
  bare('a signed token', JWT),
  {
    kind: 'a header',
    line: 'Authorization: Basic c29tZWJvZHk6aHVudGVyMg==',
    secret: 'c29tZWJvZHk6aHVudGVyMg',
  },
  {
    kind: 'a header of git',
    line: 'http.extraheader=AUTHORIZATION: basic eC1hY2Nlc3M6czNjcjN0',
    secret: 'eC1hY2Nlc3M6czNjcjN0',
  },
  { kind: 'a bearer', line: `curl -H "X: Bearer ${word(30)}"`, secret: word(30) },
  {
    kind: 'an address with a token',
    line: 'fatal: https://x-access-token:hunter2hunter2@github.com/a/b.git',
    secret: 'hunter2hunter2',
  },
  { kind: 'an address with a password', line: 'postgres://shop:s3cr3tpw@db:5432/shop', secret: 's3cr3tpw' },
  { kind: 'an assignment', line: `+ WEBHOOK_SECRET=${word(20)}`, secret: word(20) },
  { kind: 'a field', line: `{"password": "${word(12)}"}`, secret: word(12) },
  bare('a token of Telegram', `123456789:AA${word(33)}`),
  {
    kind: 'a call of Telegram',
    line: `https://api.telegram.org/bot123456789:AA${word(33)}/sendMessage`,
    secret: `AA${word(33)}`,
  },
  bare('a token of Slack', `xoxb-${'1'.repeat(12)}-${'2'.repeat(13)}-${word(24)}`),
  {
    kind: 'a hook of Slack',
    line: `https://hooks.slack.com/services/T00000000/B00000000/${word(24)}`,
    secret: word(24),
  },
  {
    kind: 'a key on one line',
    line: PLANTED_KEY.trim().replaceAll('\n', String.raw`\n`),
    secret: PLANTED_KEY.split('\n')[5] ?? '',
  },
  {
    kind: 'a key in base64',
    line: Buffer.from(PLANTED_KEY).toString('base64'),
    secret: Buffer.from(PLANTED_KEY).toString('base64').slice(300, 360),
  },
  {
    kind: 'a key without its frame',
    line: PLANTED_KEY.split('\n').slice(1, -2).join(''),
    secret: PLANTED_KEY.split('\n')[5] ?? '',
  },
];
