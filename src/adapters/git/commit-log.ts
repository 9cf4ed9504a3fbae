import type { Oid } from '../../ports/repository.ts';
import { parseRawChange, type FileChange } from './file-change.ts';
import type { GitRunner } from './run-git.ts';

const TITLE_LIMIT = 200;

export interface LoggedCommit {
  readonly oid: Oid;
  readonly parents: readonly Oid[];
  readonly authorName: string;
  readonly title: string;
  /** Author's name, mail and time with the whole message: survives a rebase. */
  readonly signature: string;
  /** Against the first parent. */
  readonly changes: readonly FileChange[];
}

export interface LogQuery {
  readonly from: readonly Oid[];
  /** Left out with all that they reach. */
  readonly without?: readonly Oid[];
  readonly firstParent?: boolean;
  readonly paths?: readonly string[];
  readonly limit?: number;
  /** Only the commits in `from`, not what they reach. */
  readonly noWalk?: boolean;
}

const FIELDS = ['%x01%H', '%P', '%an', '%s', '%an <%ae> %at%n%B'];

const FORMAT = ['-z', '--topo-order', '--encoding=UTF-8', '--no-mailmap', `--format=${FIELDS.join('%x00')}`];

const CHANGES = ['--diff-merges=first-parent', '--root', '--raw', '--no-abbrev', '--no-renames'];

/** Reads commits with their changed files from commits and trees alone, newest first, in one process. */
export async function readLog(git: GitRunner, query: LogQuery): Promise<readonly LoggedCommit[]> {
  const starts = [...query.from, ...(query.without ?? []).map((oid) => `^${oid}`)];
  const { stdout } = await git.run({
    args: [
      'log',
      ...FORMAT,
      ...CHANGES,
      ...(query.firstParent === true ? ['--first-parent'] : []),
      ...(query.noWalk === true ? ['--no-walk=unsorted'] : []),
      ...(query.limit === undefined ? [] : [`--max-count=${query.limit}`]),
      '--stdin',
      '--',
      ...(query.paths ?? []),
    ],
    input: starts.map((line) => `${line}\n`).join(''),
  });
  return parseLog(stdout.toString('utf8').split('\0'));
}

function parseLog(tokens: readonly string[]): readonly LoggedCommit[] {
  const commits: LoggedCommit[] = [];
  let changes: FileChange[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = (tokens[index] ?? '').replace(/^\n/u, '');
    if (token.startsWith('\u0001')) {
      changes = [];
      commits.push(parseCommit([token.slice(1), ...tokens.slice(index + 1, index + FIELDS.length)], changes));
      index += FIELDS.length - 1;
    } else if (token.startsWith(':')) {
      index += 1;
      changes.push(parseRawChange(token, tokens[index] ?? ''));
    }
  }
  return commits;
}

function parseCommit(fields: readonly string[], changes: readonly FileChange[]): LoggedCommit {
  const [oid = '', parents = '', authorName = '', subject = '', signature = ''] = fields;
  return {
    oid,
    parents: parents === '' ? [] : parents.split(' '),
    authorName,
    title: subject.slice(0, TITLE_LIMIT),
    signature: signature.trimEnd(),
    changes,
  };
}
