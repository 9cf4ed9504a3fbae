import { createPrivateKey } from 'node:crypto';
import type { Variables } from './env.ts';

/** Variables whose value is secret, by their name. */
const SECRET_NAME =
  /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|CREDENTIAL|(?:PRIVATE|API|ACCESS|SIGNING)_?KEY|WEBHOOK_URL|(?:REDIS|DATABASE)_URL|_DSN$/iu;

/** Their value says where something is, or what it is called. */
const NO_SECRET_NAME = /_(?:PATH|FILE|NAME|REQUEST_URL|USER)$/iu;

/** Shorter values, such as `true`, are no secrets and would blot out ordinary words. */
const SHORTEST_VALUE = 8;
const SHORTEST_LINE = 6;

/**
 * Whether a variable of this name holds a secret. What messages are sent with is one, also addresses: whoever knows one
 * can write to people.
 */
export function isSecretName(name: string): boolean {
  return name.startsWith('NOTIFY_') || (SECRET_NAME.test(name) && !NO_SECRET_NAME.test(name));
}

/** The values of variables that are called like secrets. */
export function secretVariables(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value = '']) =>
    isSecretName(name) && value.length >= SHORTEST_VALUE ? [value] : [],
  );
}

/**
 * Every form in which secrets may show: as they are, each line of those that have many, in base64 alone and behind a
 * name such as git's, in an address, in JSON; and private keys in both forms of PEM, whole, by the line, without line ends.
 */
export function secretForms(secrets: readonly string[]): string[] {
  const texts = secrets.flatMap((secret) => [secret, ...keyForms(secret)]);
  return texts.flatMap((text) => [
    text,
    ...secretLines([text]),
    ...base64Forms(text),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    secretLines([text]).join(''),
  ]);
}

/** Source: GitHub gives keys in PKCS#1, and tools turn them into PKCS#8: the same key, but no line is the same. */
function keyForms(secret: string): string[] {
  if (!secret.includes('PRIVATE KEY')) return [];
  try {
    const key = createPrivateKey(secret.replaceAll(String.raw`\n`, '\n'));
    const types = key.asymmetricKeyType === 'rsa' ? (['pkcs1', 'pkcs8'] as const) : (['pkcs8'] as const);
    return types.map((type) => key.export({ type, format: 'pem' }).toString());
  } catch {
    return [];
  }
}

/** The lines of secrets, without the frame of a key, which is in every key. Line ends may be written out as `\n`. */
export function secretLines(secrets: readonly string[]): string[] {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n|\\n/u)).map((line) => line.trim());
  return lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
}

/**
 * Base64 of a text: whole where it stands alone or as the password of git; anywhere else without the characters at its
 * ends that hold bits of what stands beside it.
 */
function base64Forms(text: string): string[] {
  return (['base64', 'base64url'] as const).flatMap((encoding) => {
    const whole = [text, `x-access-token:${text}`].map((each) =>
      Buffer.from(each).toString(encoding).replace(/=+$/u, ''),
    );
    const beside = ['', '.', '..'].map((before) => {
      const bytes = Buffer.from(before + text);
      return bytes
        .toString(encoding)
        .slice(Math.ceil((before.length * 8) / 6), Math.floor((bytes.length * 8) / 6));
    });
    return [...whole, ...beside];
  });
}
