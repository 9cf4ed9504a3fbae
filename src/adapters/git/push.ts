import { randomUUID } from 'node:crypto';
import { GitFailure, type PushResult, type RefUpdate } from '../../ports/repository.ts';
import { isReached } from './ancestry.ts';
import { gitFailure, isAuthenticationTrouble, shortened } from './failure.ts';
import { isRefName, objectNames } from './names.ts';
import type { ObjectStore } from './object-store.ts';
import type { GitOutput } from './run-git.ts';

type Refusal = Extract<PushResult, { kind: 'refused' }>;

const LOST_RACE =
  /stale info|fetch first|non-fast-forward|already exists|failed to update ref|cannot lock ref|failed to lock|incorrect old value|but expected|unable to resolve reference/iu;

const PUSH = ['push', '--porcelain', '--atomic', '--no-verify', '--no-follow-tags', '--no-signed'];

/** The remote's words, in the order in which they are looked for. */
const RULES: readonly (readonly [Refusal['rule'], RegExp])[] = [
  ['workflows_permission', /without `?workflows?`? (?:permission|scope)/iu],
  ['ruleset', /GH013|repository rule violations/iu],
  ['protected_branch', /GH006|protected branch/iu],
];

/**
 * Does what `Repository.push` promises, in one remote command. Pushing again what the remote already has counts as
 * pushed.
 *
 * Every ref carries its expected value, so that a branch which an administrator has set back in the meantime is
 * not brought forward again by a push that would look like a fast-forward.
 *
 * @throws GitFailure when a branch would move backwards or sideways, or the remote cannot be reached.
 */
export async function pushAll(store: ObjectStore, updates: readonly RefUpdate[]): Promise<PushResult> {
  const wanted = updates.filter(({ expected, target }) => expected !== null || target !== null);
  if (wanted.length === 0) return { kind: 'pushed' };
  await store.prepare();
  await refuseBackwards(store, wanted);

  const output = await runPush(store, wanted);
  if (output.code === 0) return { kind: 'pushed' };
  const result = classify(output, wanted);
  if (result.kind !== 'lost_race') return result;
  // Git takes a ref for moved by others that is gone already, as it was to be.
  const open = await notYetDeleted(store, wanted);
  return open.length < wanted.length ? pushAll(store, open) : result;
}

async function notYetDeleted(
  store: ObjectStore,
  updates: readonly RefUpdate[],
): Promise<readonly RefUpdate[]> {
  const deleted = updates.filter(({ target }) => target === null).map(({ ref }) => ref);
  if (deleted.length === 0) return updates;
  const listing = await store.git.text({ args: ['ls-remote', '--refs', 'origin', ...deleted], remote: true });
  const there = new Set(listing.split('\n').map((line) => line.slice(line.indexOf('\t') + 1)));
  return updates.filter(({ ref, target }) => target !== null || there.has(ref));
}

async function refuseBackwards(store: ObjectStore, updates: readonly RefUpdate[]): Promise<void> {
  for (const { ref, expected, target, isRebuilt = false } of updates) {
    if (!/^refs\/(?:heads|tags)\/./u.test(ref) || !isRefName(ref))
      throw new Error(`not a ref to push: ${ref}`);
    objectNames([expected, target].filter((oid) => oid !== null));
    if (!ref.startsWith('refs/heads/') || isRebuilt || expected === null || target === null) continue;
    if (await descends(store, expected, target)) continue;
    throw new GitFailure('push', `${target} does not descend from ${expected}, which ${ref} must be at`, {
      retryable: false,
    });
  }
}

async function descends(store: ObjectStore, expected: string, target: string): Promise<boolean> {
  await store.ensureCommits([expected]);
  if (await isReached(store.git, expected, target)) return true;
  // With single commits only, the way between the two may not be here.
  await store.ensureHistory([expected]);
  return isReached(store.git, expected, target);
}

const AMBIGUOUS = /dst refspec (\S+) matches more than one/iu;

/**
 * Git looks a named ref up on the remote as gitrevisions(7) says, also one that is named in full: it may find
 * `refs/heads/refs/heads/main`. Where a pattern says what goes where, names are taken as they are. A deletion has no
 * pattern: where two could be meant, git refuses.
 */
async function runPush(store: ObjectStore, updates: readonly RefUpdate[]): Promise<GitOutput> {
  const space = `refs/tonic/push/${randomUUID()}/`;
  const moved = updates.flatMap(({ ref, target }) =>
    target === null ? [] : [{ ref: ref.replace(/^refs\//u, space), target }],
  );
  const deletions = updates.filter(({ target }) => target === null).map(({ ref }) => `:${ref}`);
  await updateRefs(
    store,
    moved.map(({ ref, target }) => `create ${ref} ${target}`),
  );
  try {
    return await store.git.run({
      args: [
        ...PUSH,
        ...updates.map(({ ref, expected }) => `--force-with-lease=${ref}:${expected ?? ''}`),
        'origin',
        ...(moved.length > 0 ? [`${space}*:refs/*`] : []),
        ...deletions,
      ],
      remote: true,
      accept: [1, 128],
    });
  } finally {
    await updateRefs(
      store,
      moved.map(({ ref }) => `delete ${ref}`),
    );
  }
}

async function updateRefs(store: ObjectStore, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return;
  await store.git.run({ args: ['update-ref', '--stdin'], input: `${commands.join('\n')}\n` });
}

function classify(output: GitOutput, updates: readonly RefUpdate[]): PushResult {
  const rejected = rejectedRefs(output.stdout.toString('utf8'));
  const words = [...rejected.map(({ summary }) => summary), output.stderr].join('\n');
  const rule = ruleIn(words);
  const ref = AMBIGUOUS.exec(output.stderr)?.[1] ?? guiltyRef(rejected);
  if (rule === null && ref === null) throw gitFailure('push', output.stderr);

  const at = ref ?? updates.map((update) => update.ref).join(' ');
  if (rule === null && LOST_RACE.test(words)) return { kind: 'lost_race', ref: at };
  return { kind: 'refused', ref: at, rule: rule ?? 'other', message: shortened(words.trim()) };
}

/** An atomic push rejects the innocent along with the guilty. */
function guiltyRef(rejected: ReturnType<typeof rejectedRefs>): string | null {
  const guilty = rejected.find(({ summary }) => !/atomic/iu.test(summary)) ?? rejected[0];
  return guilty?.ref ?? null;
}

function ruleIn(words: string): Refusal['rule'] | null {
  const [rule] = RULES.find(([, pattern]) => pattern.test(words)) ?? [];
  return rule ?? (isAuthenticationTrouble(words) ? 'authentication' : null);
}

/** Source: git-push(1), "OUTPUT": `<flag>\t<from>:<to>\t<summary> (<reason>)`, `!` being a ref that was not moved. */
function rejectedRefs(porcelain: string): readonly { readonly ref: string; readonly summary: string }[] {
  return porcelain
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([flag]) => flag === '!')
    .map(([, refs = '', summary = '']) => ({ ref: refs.slice(refs.lastIndexOf(':') + 1), summary }));
}
