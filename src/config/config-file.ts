import { groupOf, readConfigTree, renderYamlValue, type ConfigNode } from './generate.ts';

const SCHEMA_URL = 'https://raw.githubusercontent.com/tonic-deploy/tonic-deploy/main/docs/tonic.schema.json';

/** What has no default is shown by an example: a command by whose it is, other keys by their name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  deploy: './deploy.sh',
  verify: './verify.sh',
  smoke: './smoke.sh',
  url: 'http://prometheus:9090',
  limits: '{ memory_percent: { query: 100 * max(memory_used / memory_total) } }',
};

const WIDTH = 110;

/** `.github/tonic.yml` to begin with: every key with its meaning and default, commented out. */
export function renderConfigFile(): string {
  return [
    `# yaml-language-server: $schema=${SCHEMA_URL}`,
    '# How bugs go through UAT and PROD here. Tonic Deploy reads this file on the default branch.',
    '# What is commented out is the default; to change a key, take the # off its line and those of its groups.',
    ...Object.entries(readConfigTree().properties ?? {}).flatMap(([name, node]) => [
      '',
      ...renderKey(name, node, 0),
    ]),
    '',
  ].join('\n');
}

function renderKey(name: string, node: ConfigNode, depth: number): readonly string[] {
  const before = `# ${'  '.repeat(depth)}`;
  const words = wrap(withoutLinks(node.description ?? ''), WIDTH - before.length).map(
    (line) => `${before}# ${line}`,
  );
  if (node.properties !== undefined) return [...words, `${before}${name}:`, ...renderKeys(node, depth + 1)];
  const group = groupOf(node);
  const example =
    group?.properties === undefined ? [] : [`${before}# ${name}: ${renderExample(group, EXAMPLES[name])}`];
  return [...words, ...example, `${before}${name}: ${renderYamlValue(node.default ?? null)}`];
}

function renderKeys(node: ConfigNode, depth: number): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => renderKey(name, child, depth));
}

/** `{ run: ./deploy.sh, timeout_minutes: 15 }` */
function renderExample(group: ConfigNode, needed: string | undefined): string {
  const keys = Object.entries(group.properties ?? {}).map(([name, child]) => {
    const below = groupOf(child);
    if (below?.properties !== undefined) return `${name}: ${renderExample(below, needed)}`;
    return `${name}: ${child.default === undefined ? (EXAMPLES[name] ?? needed) : renderYamlValue(child.default)}`;
  });
  return `{ ${keys.join(', ')} }`;
}

/** Names the page of Tonic Deploy's documentation that a link leads to: the file lies in somebody else's repository. */
function withoutLinks(text: string): string {
  return text.replaceAll(/\[(?:[^\]]+)\]\(([\w-]+\.md)\)/gu, 'docs/$1 of Tonic Deploy');
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
