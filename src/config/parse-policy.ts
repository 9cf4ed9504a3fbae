import type { Policy } from '../domain/policy.ts';
import { describeIssue } from './issue-message.ts';
import { describeUnknownKey } from './known-key.ts';
import { quoteValue, type ConfigProblem } from './problem.ts';
import { ConfigFile, gapMinutes } from './schema.ts';
import { toPolicy } from './to-policy.ts';
import { readYaml, type PlaceFinder } from './yaml-file.ts';

/** Below this, people have little time between T1 and T2. */
const COMFORTABLE_GAP_MINUTES = 120;

export type PolicyReading =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly warnings: readonly ConfigProblem[] }
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] };

/**
 * Reads the policy from the text of `.github/tonic.yml`; an empty file, or none (`null`), gives the defaults.
 *
 * Refuses the file as a whole and lists all that is wrong with it at once, in the order of the file.
 * Bounds: see {@link readYaml}.
 */
export function parsePolicy(text: string | null, fileName: string): PolicyReading {
  const yaml = readYaml(text ?? '');
  if (yaml.kind === 'broken') {
    return { kind: 'broken', problems: yaml.errors.map((error) => ({ file: fileName, path: '', ...error })) };
  }
  const { value, places } = yaml;
  const checked = ConfigFile.safeParse(value);
  if (!checked.success) {
    const problems = checked.error.issues.flatMap((issue) => problemsOf(issue, { value, places, fileName }));
    return { kind: 'broken', problems: problems.toSorted(byPlace) };
  }
  const warnings = findWarnings(checked.data).map(({ path, message }) => ({
    file: fileName,
    path: path.join('.'),
    ...places.ofValue(path),
    message,
  }));
  return { kind: 'policy', policy: toPolicy(checked.data), warnings };
}

interface Source {
  readonly value: unknown;
  readonly places: PlaceFinder;
  readonly fileName: string;
}

type Issue = Parameters<typeof describeIssue>[0];

function problemsOf(issue: Issue, { value, places, fileName }: Source): readonly ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file: fileName,
      path: nameOf([...issue.path, key]),
      ...places.ofKey([...issue.path, key]),
      message: describeUnknownKey(issue.path, key),
    }));
  }
  const message = describeIssue(issue, valueAt(value, issue.path));
  return [{ file: fileName, path: nameOf(issue.path), ...places.ofValue(issue.path), message }];
}

function byPlace(left: ConfigProblem, right: ConfigProblem): number {
  return left.line - right.line || left.column - right.column;
}

/** `roles.admin.users[2]`; a key of somebody's own invention is shown as they wrote it, cut. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${quoteValue(String(step)).slice(1, -1)}`))
    .join('')
    .replace(/^\./u, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let below = value;
  for (const step of path) {
    if (typeof below !== 'object' || below === null || !Object.hasOwn(below, step)) return undefined;
    below = Reflect.get(below, step) as unknown;
  }
  return below;
}

function findWarnings(
  file: ConfigFile,
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  const gap = gapMinutes(file.slots) ?? COMFORTABLE_GAP_MINUTES;
  const unused = (['uat', 'prod'] as const).filter((name) => {
    const { version_file: versionFile, version_from: versionFrom } = file.environments[name];
    return versionFile !== null && versionFrom !== 'file';
  });
  return [
    ...(gap < COMFORTABLE_GAP_MINUTES
      ? [
          {
            path: ['slots', 't2'],
            message: `is ${gap} minutes after T1; people have less than two hours to validate`,
          },
        ]
      : []),
    ...unused.map((name) => ({
      path: ['environments', name, 'version_file'],
      message: 'is not read; add `version_from: file` to use it',
    })),
  ];
}
