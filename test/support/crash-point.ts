import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a slot does outside of its own process: calls of the API, git processes, the owner's commands. */
export const OUTSIDE = ['api', 'git', 'command'] as const;
export type Outside = (typeof OUTSIDE)[number];

/** A moment at which a slot is killed: before or after its n-th call of a kind, from 1. */
export interface CrashPoint {
  readonly kind: Outside;
  readonly when: 'before' | 'after';
  readonly nth: number;
}

const PROGRAMS = { git: 'git', command: 'bash' } as const;

/** Programs in place of git and bash, which count themselves and kill the process that started them at their turn. */
export interface CrashPrograms {
  /** To be put in front of a step's PATH. */
  readonly folder: string;
  /** Counts from 1 again; `null`: nothing is killed. */
  arm(point: CrashPoint | null): void;
  /** They are git and bash and nothing more. */
  disarm(): void;
  /** How many ran since. */
  count(kind: 'git' | 'command'): number;
}

/** Writes the programs into an empty folder. */
export function writeCrashPrograms(folder: string): CrashPrograms {
  const [bin, counts, order] = [join(folder, 'bin'), join(folder, 'counts'), join(folder, 'order')];
  mkdirSync(bin, { recursive: true });
  for (const [kind, program] of Object.entries(PROGRAMS)) {
    writeFileSync(join(bin, program), crashProgram({ kind, program, counts, order }));
    chmodSync(join(bin, program), 0o755);
  }
  return {
    folder: bin,
    arm: (point) => {
      rmSync(counts, { recursive: true, force: true });
      mkdirSync(counts);
      writeFileSync(order, point === null ? 'nothing\n' : `${point.kind} ${point.when} ${point.nth}\n`);
    },
    disarm: () => rmSync(order),
    count: (kind) => {
      const file = join(counts, kind);
      return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
    },
  };
}

/**
 * The process that started it may be a small helper of the one that is meant; both are in one process group. What this
 * process itself starts, such as a checkout of the sandbox, is not counted.
 *
 * Source: proc(5), the fifth field of `stat` is the process group, the second is a name in brackets.
 */
function crashProgram(given: { kind: string; program: string; counts: string; order: string }): string {
  const { kind, program, counts, order } = given;
  return `#!/bin/sh
PATH=\${PATH#*:}
[ -e '${order}' ] || exec ${program} "$@"
read -r stat < /proc/$PPID/stat
read -r state parent group rest << END
\${stat##*) }
END
[ "$group" = ${ownGroup()} ] && exec ${program} "$@"
read -r wanted < '${order}'
printf . >> '${counts}/${kind}'
n=$(wc -c < '${counts}/${kind}')
die() { kill -9 "-$group"; exit 1; }
[ "$wanted" = "${kind} before $n" ] && die
${program} "$@"
code=$?
[ "$wanted" = "${kind} after $n" ] && die
exit $code
`;
}

/** The name, in brackets, may have blanks in it. */
function ownGroup(): string {
  const [, , , group = ''] = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\)/su, '').split(' ');
  return group;
}
