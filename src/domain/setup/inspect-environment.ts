import { ENVIRONMENTS, type EnvironmentName } from '../policy.ts';
import type { SetupChange } from './change.ts';
import type { EnvironmentFacts, SetupFacts } from './facts.ts';
import { check, type Finding } from './finding.ts';
import { APPLY, AS_ADMIN, nameApp, type Look } from './look.ts';
import { environmentOf, KEY_SECRET, PLAN_ENVIRONMENT } from './wanted-setup.ts';
import { hasGateStep } from './workflow.ts';

/** Looks at the GitHub Environments: who may use them, the App's rule on them, and where its key lies. */
export function inspectEnvironments(look: Look): readonly Finding[] {
  const { facts, wanted } = look;
  if (facts.environments === null) {
    return [
      check('environment_exists', wanted.environments.join(', ')).unknown(
        'The environments cannot be seen.',
        AS_ADMIN,
      ),
      ...inspectKey(look),
    ];
  }
  return [
    ...inspectKey(look),
    ...wanted.environments.flatMap((name) => inspectUse(look, name)),
    ...ENVIRONMENTS.flatMap((environment) => inspectRule(look, environment)),
    ...inspectAdmins(look),
  ];
}

function environmentChange({ facts }: Look, name: string): SetupChange {
  return { kind: 'environment', name, branch: facts.defaultBranch };
}

function inspectUse(look: Look, name: string): readonly Finding[] {
  const found = seen(look.facts, name);
  const exists = check('environment_exists', name);
  const change = environmentChange(look, name);
  if (found === undefined) {
    const use =
      name === PLAN_ENVIRONMENT ? 'the jobs that plan keep the App’s key in it' : 'nothing protects it';
    return [exists.trouble({ what: `There is no such environment: ${use}.`, mend: APPLY, change })];
  }
  return [exists.ok('The environment exists.'), inspectUsers(look, name, found)];
}

function inspectUsers(look: Look, name: string, { branches, secrets }: EnvironmentFacts): Finding {
  const { defaultBranch } = look.facts;
  const open = check('environment_branches', name);
  if (isOnly(branches, defaultBranch)) return open.ok(`Only ${defaultBranch} may use it.`);
  // What cannot be seen counts as there: the key is meant to be in it.
  const holdsKey = secrets?.includes(KEY_SECRET) ?? true;
  return open.trouble({
    what: `${describeUsers(branches)}${holdsKey ? ', so a workflow there can act as the App' : ''}.`,
    severity: holdsKey ? 'blocks_prod' : 'warns',
    mend: APPLY,
    change: environmentChange(look, name),
  });
}

function describeUsers(branches: EnvironmentFacts['branches']): string {
  if (branches === 'all') return 'Every branch may use it';
  if (branches === 'protected') return 'Every branch with classic protection may use it';
  return `It may be used by ${branches.join(', ') || 'no branch'}`;
}

function isOnly(branches: EnvironmentFacts['branches'], branch: string): boolean {
  return typeof branches !== 'string' && branches.length === 1 && branches[0] === branch;
}

function inspectRule(look: Look, environment: EnvironmentName): readonly Finding[] {
  const { facts, wanted } = look;
  const name = environmentOf(wanted.policy, environment);
  const rule = check('protection_rule', name);
  const apps = seen(facts, name)?.ruleApps;
  if (apps === null) return [rule.unknown('The rules on it cannot be seen.', AS_ADMIN)];
  const { app } = facts;
  if (app !== null && apps?.includes(app.id) === true) {
    return [rule.ok(`${nameApp(app)} is asked before a job deploys there.`)];
  }
  const isGuarded = environment === 'uat' || passesGate(look, environment);
  return [
    rule.trouble({
      what: `The App is not asked before a job deploys there${isGuarded ? '; the job’s own gate step stands.' : ', and no workflow has a gate step for it.'}`,
      severity: isGuarded ? 'warns' : 'blocks_prod',
      mend: `${APPLY}; GitHub has such rules for public repositories, and for private ones with Enterprise`,
      change: app === null ? null : { kind: 'protection_rule', environment: name, appId: app.id },
    }),
  ];
}

/** What was not looked at does not count as missing. */
function passesGate({ facts, wanted }: Look, environment: EnvironmentName): boolean {
  const { files } = facts;
  if (files === null) return true;
  return wanted.workflows.some(({ path }) => hasGateStep(files.get(path), environment, wanted.policy));
}

function inspectAdmins({ facts, wanted }: Look): readonly Finding[] {
  const name = environmentOf(wanted.policy, 'prod');
  const found = seen(facts, name);
  if (found === undefined || found.ruleApps?.length === 0) return [];
  const wait = check('admins_wait', name);
  const page = `${facts.url}/settings/environments`;
  if (found.adminsMayBypass === null) {
    const mend = `look at ${page}: "Allow administrators to bypass" has to be off`;
    return [wait.unknown('Whether admins may start a job past the rules is not told.', mend)];
  }
  if (!found.adminsMayBypass) return [wait.ok('Admins wait for the rules like everybody else.')];
  return [
    wait.trouble({
      what: 'Admins may start a job past the rules; the job’s own gate step stands.',
      mend: `${page}: switch off "Allow administrators to bypass"`,
    }),
  ];
}

function seen(facts: SetupFacts, name: string): EnvironmentFacts | undefined {
  const found = facts.environments?.get(name);
  return found === 'missing' ? undefined : found;
}

function inspectKey(look: Look): readonly Finding[] {
  const { facts, wanted } = look;
  const isPrivate = check('key_private', KEY_SECRET);
  const { secrets } = facts;
  if (secrets === null) return [isPrivate.unknown('The names of secrets cannot be seen.', AS_ADMIN)];
  const shared = [
    ...(secrets.repository.includes(KEY_SECRET) ? ['the repository'] : []),
    ...(secrets.organization.includes(KEY_SECRET) ? ['the organisation'] : []),
  ];
  const lacking = wanted.environments.filter(
    (name) => seen(facts, name)?.secrets?.includes(KEY_SECRET) === false || isMissing(facts, name),
  );
  return [
    shared.length === 0
      ? isPrivate.ok('No workflow on another branch can read the App’s key.')
      : isPrivate.trouble({
          what: `It is a secret of ${shared.join(' and of ')}: whoever can push a branch can read it with a workflow there, and act as the App.`,
          mend: `${setKey(wanted.environments)}; then delete it there, and make a new key`,
        }),
    ...inspectPresence(shared.length > 0 ? [] : lacking),
  ];
}

function isMissing(facts: SetupFacts, name: string): boolean {
  return facts.environments !== null && (facts.environments.get(name) ?? 'missing') === 'missing';
}

function inspectPresence(lacking: readonly string[]): readonly Finding[] {
  const present = check('key_present', KEY_SECRET);
  if (lacking.length === 0) return [present.ok('Every job that needs the App’s key has it.')];
  return [
    present.trouble({
      what: `The environments ${lacking.join(', ')} do not have it, so their jobs cannot act as the App.`,
      mend: setKey(lacking),
    }),
  ];
}

function setKey(environments: readonly string[]): string {
  const each = environments.map((name) => `gh secret set ${KEY_SECRET} --env ${name} < key.pem`);
  return each.join('; ');
}
