import { z } from 'zod';
import { ConfigFile } from './schema.ts';

/** The parts of a JSON Schema that the schema of the configuration uses. */
const ConfigNode = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  get properties() {
    return z.record(z.string(), ConfigNode).optional();
  },
  get items() {
    return ConfigNode.optional();
  },
  /** `false` where no other keys may be; a node where keys have names of the owner's choice. */
  get additionalProperties() {
    return z.union([z.boolean(), ConfigNode]).optional();
  },
  get anyOf() {
    return z.array(ConfigNode).optional();
  },
});
export type ConfigNode = z.infer<typeof ConfigNode>;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  integer: 'whole number',
  string: 'text',
  boolean: '`true`, `false`',
  object: 'keys below',
  null: '`null`',
};

/** One key of the configuration that holds a value. */
export interface ConfigKey {
  /** `slots.t2` */
  readonly path: string;
  readonly description: string;
  /** Values in words: `text`, `whole number`, `high, critical`, … */
  readonly values: string;
  /** As written in YAML; `null` where the key has to be given. */
  readonly defaultText: string | null;
}

let configTree: ConfigNode | undefined;

/** The groups and keys of the configuration as people write it, before defaults. */
export function readConfigTree(): ConfigNode {
  configTree ??= ConfigNode.parse(z.toJSONSchema(ConfigFile, { io: 'input' }));
  return configTree;
}

/** `docs/tonic.schema.json`, for editors. */
export function renderSchema(): string {
  const title = 'Tonic Deploy configuration (.github/tonic.yml)';
  return `${JSON.stringify({ title, ...z.toJSONSchema(ConfigFile, { io: 'input' }) }, null, 2)}\n`;
}

/** Every key that holds a value, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return keysBelow(readConfigTree(), '');
}

/** The keys with their defaults and meaning, as a Markdown table. */
export function renderConfigTable(): string {
  const rows = mergeEnvironments(configKeys()).map(({ path, values, defaultText, description }) => {
    const cells = [
      `\`${path}\``,
      values,
      defaultText === null ? 'needed' : `\`${defaultText}\``,
      description,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | values | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** What is the same for UAT and PROD is said once. */
function mergeEnvironments(keys: readonly ConfigKey[]): readonly ConfigKey[] {
  const say = ({ values, defaultText, description }: ConfigKey) =>
    JSON.stringify([values, defaultText, description]);
  const twinOf = (key: ConfigKey, environment: string) =>
    keys.find(
      (other) =>
        other.path === key.path.replace(ENVIRONMENT, `environments.${environment}.`) &&
        say(other) === say(key),
    );
  return keys.flatMap((key) => {
    const [, environment] = ENVIRONMENT.exec(key.path) ?? [];
    if (environment === undefined || twinOf(key, environment === 'uat' ? 'prod' : 'uat') === undefined)
      return [key];
    return environment === 'uat'
      ? [{ ...key, path: key.path.replace(ENVIRONMENT, 'environments.<uat or prod>.') }]
      : [];
  });
}

const ENVIRONMENT = /^environments\.(uat|prod)\./u;

function keysBelow(node: ConfigNode, prefix: string): readonly ConfigKey[] {
  return Object.entries(namedKeys(node)).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const group = groupOf(child);
    const own = group === child && chosenKey(child) === null ? [] : [keyOf(path, child)];
    return group === null ? own : [...own, ...keysBelow(group, path)];
  });
}

/** The keys of a group by name; where people choose the names, there is one, `<name>`. */
function namedKeys(node: ConfigNode): Readonly<Record<string, ConfigNode>> {
  const chosen = chosenKey(node);
  return chosen === null ? (node.properties ?? {}) : { '<name>': chosen };
}

/** What lies under every key of a group whose keys have names of people's own choice. */
function chosenKey({ additionalProperties: chosen }: ConfigNode): ConfigNode | null {
  return typeof chosen === 'object' ? chosen : null;
}

/** The node under a key of a group, `null` where it has no such key. */
export function nodeUnder(group: ConfigNode, key: string): ConfigNode | null {
  return group.properties?.[key] ?? chosenKey(group);
}

/** The group of keys that a node is or may be. */
export function groupOf(node: ConfigNode): ConfigNode | null {
  if (node.properties !== undefined || chosenKey(node) !== null) return node;
  return node.anyOf?.map(groupOf).find((each) => each !== null) ?? null;
}

function keyOf(path: string, node: ConfigNode): ConfigKey {
  return {
    path,
    description: node.description ?? '',
    values: describeValues(node),
    defaultText: node.default === undefined ? null : renderYamlValue(node.default),
  };
}

function describeValues(node: ConfigNode): string {
  if (node.anyOf !== undefined) return node.anyOf.map(describeValues).join(' or ');
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.items !== undefined) return `list of ${describeValues(node.items)}`;
  return [node.type ?? []]
    .flat()
    .map((type) => TYPE_WORDS[type] ?? type)
    .join(' or ');
}

/** A value as YAML writes it, on one line. */
export function renderYamlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderYamlValue).join(', ')}]`;
  return typeof value === 'string' && PLAIN.test(value) ? value : JSON.stringify(value);
}

/** Texts that YAML reads as the text that they are, without quotes. */
const PLAIN = /^[A-Za-z/][\w./*-]*$/u;
