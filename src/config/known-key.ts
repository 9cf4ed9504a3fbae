import { readConfigTree, configKeys, groupOf, nodeUnder, type ConfigNode } from './generate.ts';
import { nearestWord } from '../domain/nearest.ts';

/** Says what somebody may have meant by a key that is not known in the group under `path`. */
export function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const known = keysIn(path);
  const near = nearestWord(key, known);
  if (near !== null) return `is not known here; did you mean "${near}"?`;
  const elsewhere = configKeys().find((each) => each.path.endsWith(`.${key}`));
  if (elsewhere !== undefined)
    return `is not known here; it belongs under "${elsewhere.path.slice(0, -key.length - 1)}"`;
  return `is not known here; known are ${known.map((each) => `"${each}"`).join(', ')}`;
}

function keysIn(path: readonly PropertyKey[]): readonly string[] {
  let node: ConfigNode | null = readConfigTree();
  for (const step of path) {
    const child: ConfigNode | null = node === null ? null : nodeUnder(node, String(step));
    node = child === null ? null : groupOf(child);
  }
  return Object.keys(node?.properties ?? {});
}
