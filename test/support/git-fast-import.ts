import { execFileSync } from 'node:child_process';

/** A file as it is to be after a commit; `null` deletes it. */
export interface ImportedFile {
  readonly path: string;
  readonly mode?: '100644' | '100755' | '120000';
  readonly content: string | Buffer | null;
}

export interface ImportedCommit {
  readonly branch: string;
  /** Position of the parent among the commits; the first commit has none. */
  readonly parent: number | null;
  /** Position of a second parent. */
  readonly merged?: number;
  readonly message: string | Buffer;
  readonly files: readonly ImportedFile[];
}

/** Writes whole histories in one process; gives the object names of the commits, in their order. */
export function fastImport(repository: string, commits: readonly ImportedCommit[]): readonly string[] {
  const parts: Buffer[] = [];
  const say = (text: string) => parts.push(Buffer.from(text));
  const data = (content: string | Buffer) => {
    const bytes = Buffer.from(content);
    say(`data ${bytes.length}\n`);
    parts.push(bytes);
    say('\n');
  };
  for (const [index, commit] of commits.entries()) {
    const seconds = 1_760_000_000 + index * 60;
    say(`commit refs/heads/${commit.branch}\nmark :${index + 1}\n`);
    say(`author Ada Author <ada@example.com> ${seconds} +0200\n`);
    say(`committer Ada Author <ada@example.com> ${seconds} +0200\n`);
    data(commit.message);
    if (commit.parent !== null) say(`from :${commit.parent + 1}\n`);
    if (commit.merged !== undefined) say(`merge :${commit.merged + 1}\n`);
    for (const { path, mode = '100644', content } of commit.files) {
      if (content === null) {
        say(`D ${path}\n`);
        continue;
      }
      say(`M ${mode} inline ${path}\n`);
      data(content);
    }
    say('\n');
  }
  for (const index of commits.keys()) say(`get-mark :${index + 1}\n`);
  const output = execFileSync('git', ['-C', repository, 'fast-import', '--quiet', '--force'], {
    input: Buffer.concat([Buffer.from(''), ...parts]),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output.trim().split('\n');
}
