import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';
import { renderProblems } from '../../../src/config/problem.ts';

const FILE = '.github/tonic.yml';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function policyOf(text: string | null) {
  const reading = parsePolicy(text, FILE);
  if (reading.kind === 'broken') throw new Error(renderProblems(reading.problems));
  return reading;
}

/** `line:column path message`, one a problem. */
function problemsOf(text: string): string[] {
  const reading = parsePolicy(text, FILE);
  if (reading.kind === 'policy') return [];
  return reading.problems.map((each) => `${each.line}:${each.column} ${each.path} ${each.message}`);
}

const DEFAULT_ROLLOUT = {
  strategy: 'auto',
  canaryPercents: [10, 50, 100],
  infrastructurePaths: [
    'Dockerfile*',
    '*.tf',
    '/k8s/',
    '/kubernetes/',
    '/helm/',
    '/deploy/',
    '/infra/',
    '/infrastructure/',
  ],
};

describe('an empty configuration', () => {
  it.each([null, '', '\n', '# only a comment\n', '---\n', '{}', '\uFEFF'])(
    'works with its defaults: %j',
    (text) => {
      expect(policyOf(text)).toEqual({
        kind: 'policy',
        warnings: [],
        policy: {
          bugLabel: 'bug',
          environments: {
            uat: {
              branch: 'uat',
              githubEnvironment: 'uat',
              versionFrom: 'deployments',
              versionFile: null,
              deploy: null,
              verify: null,
              commandsHash: sha256('[null,null]'),
              rollout: DEFAULT_ROLLOUT,
              checklist: null,
              watch: null,
              smoke: null,
            },
            prod: {
              branch: 'main',
              githubEnvironment: 'prod',
              versionFrom: 'deployments',
              versionFile: null,
              deploy: null,
              verify: null,
              commandsHash: sha256('[null,null]'),
              rollout: DEFAULT_ROLLOUT,
              checklist: null,
              watch: null,
              smoke: null,
            },
          },
          services: [],
          freeze: { windows: [], monthEndDays: 0, lunarNewYear: null, publicHolidays: [] },
          notify: { channels: [], digestAt: '09:00', templates: {} },
          migrations: { paths: ['**/migrations/', '**/migrate/'], dialect: 'auto' },
          slots: {
            timeZone: 'UTC',
            t1: '20:00',
            t2: '22:00',
            weekdays: [1, 2, 3, 4, 5, 6, 7],
            latestStartMinutes: 60,
            checksTimeoutMinutes: 30,
          },
          severity: { hotfix: ['high', 'critical'] },
          hotfix: {
            p1: { severities: ['critical'], slaMinutes: 60 },
            p2: { slaMinutes: 240 },
            notify: [],
          },
          roles: {
            admin: { permission: 'admin', users: [], teams: [] },
            senior: { permission: 'maintain', users: [], teams: [] },
            responder: { permission: 'maintain', users: [], teams: [] },
          },
          approvals: { allowAuthor: true, required: { uat: 1, prod: 1 } },
          gates: { requireBug: { uat: false, prod: true } },
          fixes: { requiredReviews: 1, requireGreen: true },
        },
      });
    },
  );
});

describe('a full configuration', () => {
  it('is turned into the policy', () => {
    const { policy, warnings } = policyOf(`
bug_label: defect
environments:
  uat: { branch: staging, github_environment: Staging, version_from: tag }
  prod:
    branch: release
    version_from: file
    version_file: app/VERSION
    deploy:
      run: |
        ./deploy.sh "$TONIC_CANDIDATE"
      timeout_minutes: 30
    verify: { run: ./verify.sh }
slots: { time_zone: Europe/Berlin, t1: 18:30, t2: "21:00", weekdays: [fri, mon], latest_start_minutes: 15, checks_timeout_minutes: 45 }
severity: { hotfix: [critical] }
roles:
  admin: { permission: null, users: [octocat, mona_corp], teams: [acme/release-managers] }
approvals: { allow_author: false, required: { prod: 2 } }
gates: { require_bug: { uat: true } }
fixes: { required_reviews: 2, require_green: false }
`);
    expect(warnings).toEqual([]);
    expect(policy.environments.uat).toMatchObject({
      branch: 'staging',
      githubEnvironment: 'Staging',
      versionFrom: 'tag',
    });
    expect(policy.environments.prod).toMatchObject({
      branch: 'release',
      githubEnvironment: 'prod',
      versionFrom: 'file',
      versionFile: 'app/VERSION',
      deploy: { run: './deploy.sh "$TONIC_CANDIDATE"\n', timeoutMinutes: 30 },
      verify: { run: './verify.sh', timeoutMinutes: 15 },
      commandsHash: sha256(JSON.stringify(['./deploy.sh "$TONIC_CANDIDATE"\n', './verify.sh'])),
    });
    expect(policy.slots).toEqual({
      timeZone: 'Europe/Berlin',
      t1: '18:30',
      t2: '21:00',
      weekdays: [1, 5],
      latestStartMinutes: 15,
      checksTimeoutMinutes: 45,
    });
    expect(policy.severity.hotfix).toEqual(['critical']);
    expect(policy.roles.admin).toEqual({
      permission: null,
      users: ['octocat', 'mona_corp'],
      teams: ['acme/release-managers'],
    });
    expect(policy.roles.senior.permission).toBe('maintain');
    expect(policy.approvals).toEqual({ allowAuthor: false, required: { uat: 1, prod: 2 } });
    expect(policy.gates).toEqual({ requireBug: { uat: true, prod: true } });
    expect(policy.fixes).toEqual({ requiredReviews: 2, requireGreen: false });
    expect(policy.bugLabel).toBe('defect');
  });
});

describe('an unknown key', () => {
  it('is refused with the nearest known key and its place', () => {
    expect(problemsOf('slots:\n  t1: "20:00"\n  latest_start_minute: 5\n')).toEqual([
      '3:3 slots.latest_start_minute is not known here; did you mean "latest_start_minutes"?',
    ]);
  });

  it('is recognised in camelCase and with dashes', () => {
    expect(problemsOf('bugLabel: x')[0]).toContain('did you mean "bug_label"?');
    expect(problemsOf('fixes: { required-reviews: 1 }')[0]).toContain('did you mean "required_reviews"?');
  });

  it('that belongs elsewhere is sent there', () => {
    expect(problemsOf('time_zone: UTC')).toEqual([
      '1:1 time_zone is not known here; it belongs under "slots"',
    ]);
  });

  it('without a likeness is answered with the known ones', () => {
    expect(problemsOf('approvals: { zzz: 1 }')).toEqual([
      '1:14 approvals.zzz is not known here; known are "allow_author", "required"',
    ]);
  });

  it('inside a command is found too', () => {
    expect(problemsOf('environments: { uat: { deploy: { run: a, timeout: 3 } } }')[0]).toMatch(
      /^1:42 environments\.uat\.deploy\.timeout is not known here/u,
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('named %s changes nothing', (name) => {
    expect(problemsOf(`${name}: { bug_label: x }`)[0]).toContain('is not known here');
    expect(({} as Record<string, unknown>)['bug_label']).toBeUndefined();
  });
});

describe('broken YAML', () => {
  it.each([
    ['a key twice', 'bug_label: a\nbug_label: b', '2:1  this key is there twice; keep one of them'],
    ['a tab', 'slots:\n\tt1: x', '2:1  a tab indents this line; YAML takes blanks only'],
    ['a second document', 'a: 1\n---\nb: 2', '2:1  a second document begins here; keep one'],
    ['a tag', 'bug_label: !secret x', '1:12  tags such as `!name` are not understood; write plain values'],
    ['an anchor that is not there', 'bug_label: *x', '1:12  there is no anchor "&x"'],
    ['a list as a key', '[a, b]: c', '1:1  a key must be plain text'],
    ['an explicit key', 'slots:\n  ? t1\n  : x', '2:3  write keys as `key: value`, without `?`'],
  ])('%s is told with its place', (_, text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  it('without an end is told with its place', () => {
    expect(problemsOf('slots: {t1: "20:00"')[0]).toMatch(/^1:20 {2}is not YAML: /u);
  });
});

describe('a hostile file', () => {
  it('larger than 256 kB is refused', () => {
    expect(problemsOf(`# ${'x'.repeat(257 * 1024)}`)).toEqual([
      '1:1  is larger than 256 kB (258 kB); keep only the keys you need',
    ]);
  });

  it('that multiplies itself through aliases is refused', () => {
    const bomb = ['a: &a [x,x,x,x]', 'b: &b [*a,*a,*a,*a]', 'c: &c [*b,*b,*b,*b]', 'd: [*c,*c,*c,*c]'].join(
      '\n',
    );
    expect(problemsOf(bomb)).toEqual([
      '1:1  repeats values through aliases more than 50 times; write them out',
    ]);
  });

  it('may use an alias where it helps', () => {
    const { policy } = policyOf('environments:\n  uat: { deploy: &d { run: ./x } }\n  prod: { deploy: *d }');
    expect(policy.environments.prod.deploy).toEqual(policy.environments.uat.deploy);
  });

  it.each([
    ['explicit keys', '? '.repeat(100_000)],
    ['lists', '['.repeat(9_000)],
    ['closed lists', '['.repeat(4_000) + ']'.repeat(4_000)],
    ['maps', '{a: '.repeat(2_000)],
    ['keys that are lists', `{${'['.repeat(400)}a${']: b'.repeat(400)}}`],
    ['aliases', `a: &a x\nb: [${'*a ,'.repeat(2_400)}]`],
    ['aliases of nothing', `b: [${'*a ,'.repeat(2_400)}]`],
    ['dashes', '- '.repeat(4_000)],
    ['unknown keys', Array.from({ length: 1_900 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
  ])('of %s is refused in good time', (_, text) => {
    const startedMs = performance.now();
    expect(problemsOf(text)).not.toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

describe('a wrong value', () => {
  it.each([
    ['bug_label: 3', '1:12 bug_label must be text, and is 3'],
    ['bug_label: ""', '1:12 bug_label must be at least 1 characters'],
    [`bug_label: ${'x'.repeat(51)}`, 'is too long; GitHub takes at most 50 characters in a label'],
    ['bug_label: "status:bug"', 'begins like a label that the system keeps itself; choose another'],
    ['bug_label: "a,b"', 'holds a comma'],
    ['slots:', '1:7 slots is empty; write a group of keys, or take the line out'],
    ['- a', '1:1  must be a group of keys, and is a list'],
    ['slots: { t1: 8pm }', '1:14 slots.t1 "8pm" must be a time as "HH:MM", 24 hours, such as "20:00"'],
    ['slots: { t1: "24:00" }', 'must be a time as "HH:MM"'],
    ['slots: { t1: 2000 }', '1:14 slots.t1 must be text, and is 2000'],
    ['slots: { weekdays: [] }', 'is empty, so no slot would ever run; name at least one weekday'],
    [
      'slots: { weekdays: [mo] }',
      '1:21 slots.weekdays[0] must be one of mon, tue, wed, thu, fri, sat, sun, and is "mo"; did you mean "mon"?',
    ],
    ['slots: { latest_start_minutes: 1.5 }', 'must be a whole number, and is 1.5'],
    ['slots: { latest_start_minutes: 0 }', 'must be at least 1, and is 0'],
    ['slots: { time_zone: Taipei }', 'is no time zone; did you mean "Asia/Taipei"?'],
    ['slots: { time_zone: Europe/Berln }', 'did you mean "Europe/Berlin"?'],
    ['slots: { time_zone: "+08:00" }', 'not an offset'],
    ['slots: { time_zone: "" }', 'is no time zone'],
    ['approvals: { allow_author: "yes" }', 'must be true or false, and is "yes"'],
    ['severity: { hotfix: [urgent] }', 'must be one of low, medium, high, critical'],
    ['roles: { admin: { users: ["@octocat"] } }', 'is no GitHub login; write it without "@"'],
    ['roles: { admin: { teams: [release] } }', 'write it as "organisation/team"'],
    ['roles: { admin: { permission: null } }', '1:17 roles.admin gives nobody the role'],
    ['environments: { uat: { deploy: ./x.sh } }', 'must be a group of keys, and is "./x.sh"'],
    ['environments: { uat: { deploy: {} } }', '1:32 environments.uat.deploy.run is needed'],
    ['environments: { uat: { deploy: { run: " " } } }', 'is empty; write the command to run'],
    ['environments: { uat: { version_from: file } }', 'environments.uat.version_file is needed with'],
    ['environments: { uat: { version_file: ../../etc/passwd } }', 'leads out of the repository'],
    ['environments: { uat: { version_file: a/../b } }', 'leads out of the repository'],
    ['environments: { uat: { version_file: /etc/passwd } }', 'must be a path from the top of the repository'],
    ['environments: { uat: { version_file: "C:/x" } }', 'must be a path from the top of the repository'],
    ['environments: { uat: { version_file: .git/config } }', 'git’s own folder'],
    ['environments: { uat: { branch: refs/heads/uat } }', 'without "refs/heads/"'],
    ['environments: { uat: { branch: "a b" } }', 'is no name that git takes for a branch'],
    ['environments: { uat: { branch: -x } }', 'is no name that git takes for a branch'],
    ['environments: { uat: { branch: tonic } }', 'is kept for the candidates of the slots'],
    [
      'environments: { uat: { branch: main } }',
      'environments.prod.branch UAT and PROD are both on the branch "main"; give each its own',
    ],
    ['environments: { uat: { github_environment: PROD } }', 'UAT and PROD are both the GitHub Environment'],
    ['environments: { uat: { branch: tonic-ledger } }', 'is the branch of the ledger'],
  ])('%s is refused', (text, words) => {
    expect(problemsOf(text).join('\n')).toContain(words);
  });

  it('is listed with all others, in the order of the file', () => {
    const problems = problemsOf('fixes: { branch: main }\nslots:\n  t2: 19:00\n  foo: 1\nbug_label: 3\n');
    expect(problems.map((each) => each.split(' ', 2).join(' '))).toEqual([
      '1:10 fixes.branch',
      '3:7 slots.t2',
      '4:3 slots.foo',
      '5:12 bug_label',
    ]);
  });

  it('is shown without control characters and cut', () => {
    const [problem] = problemsOf(`bug_label: 1\nslots: { t1: "\\e[31m\\u202e${'x'.repeat(100)}" }`).slice(1);
    expect(problem).toMatch(/^2:14 slots\.t1 " \[31m {1,2}x+…" must be/u);
  });
});

describe('the time between T1 and T2', () => {
  it.each([
    ['20:00', '20:59', 'is only 59 minutes after T1'],
    ['22:00', '20:00', 'is not after T1'],
    ['22:00', '22:00', 'is not after T1'],
  ])('from %s to %s is refused', (t1, t2, words) => {
    expect(problemsOf(`slots: { t1: "${t1}", t2: "${t2}" }`).join()).toContain(words);
  });

  it('is no matter as long as one of them is no time', () => {
    expect(problemsOf('slots: { t1: "25:00" }')).toHaveLength(1);
  });

  it('of one hour is taken with a warning at its place', () => {
    const { warnings } = policyOf('slots:\n  t1: 20:00\n  t2: 21:00\n');
    expect(renderProblems(warnings)).toBe(
      '.github/tonic.yml:3:7 slots.t2 is 60 minutes after T1; people have less than two hours to validate',
    );
  });

  it('of two hours is taken silently', () => {
    expect(policyOf('slots: { t1: 19:00, t2: 21:00 }').warnings).toEqual([]);
  });
});

it('a version file that is not read is warned about', () => {
  const { warnings } = policyOf('environments: { uat: { version_file: VERSION } }');
  expect(warnings.map((each) => each.path)).toEqual(['environments.uat.version_file']);
});
