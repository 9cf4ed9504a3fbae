import type { InstallationFacts } from './facts.ts';
import { check, type Finding } from './finding.ts';
import { NAME_APP, nameApp, type Look } from './look.ts';

/** Permissions with which an App could undo the rules that hold it. Source: GitHub's list of App permissions. */
const TOO_MUCH = ['administration', 'workflows', 'secrets', 'environments'];

/** Whose token every job has. */
export const EVERYBODYS_APP = 'github-actions';

const LEVELS = ['none', 'read', 'write', 'admin'];

/** Looks at the App: whether it is there, and may do what it has to. */
export function inspectApp(look: Look): readonly Finding[] {
  const { app } = look.facts;
  if (app === null) {
    return [check('app_known', 'App').unknown('It is not known which App is Tonic’s here.', NAME_APP)];
  }
  const name = nameApp(app);
  if (app.slug === EVERYBODYS_APP) return [sharedApp(name)];
  const installed = check('app_installed', name);
  const known = check('app_known', name).ok('This is Tonic’s App here.');
  const webhook = inspectWebhook(look, name);
  if (app.installation === null) {
    const mend = 'set APP_ID and PRIVATE_KEY, or look as an owner of the organisation';
    return [known, installed.unknown('Whether it is installed here cannot be seen.', mend), ...webhook];
  }
  if (app.installation === 'missing') {
    const mend = 'install it from its page: Install App';
    return [known, installed.trouble({ what: 'It is not installed on this repository.', mend }), ...webhook];
  }
  const { isSuspended, url } = app.installation;
  const state = isSuspended
    ? installed.trouble({ what: 'Its installation is suspended.', mend: `${url}: unsuspend it` })
    : installed.ok('It is installed here.');
  return [known, state, ...inspectGrants(look, name, app.installation), ...webhook];
}

function sharedApp(name: string): Finding {
  return check('app_known', name).trouble({
    what: 'Without an App of its own Tonic acts as every workflow can: any of them may set its checks and write its ledger.',
    mend: 'create the App from app.yml, install it, and set TONIC_CLIENT_ID and its key',
  });
}

function inspectGrants(
  { wanted }: Look,
  name: string,
  { permissions, events, url }: InstallationFacts,
): readonly Finding[] {
  const may = check('app_permissions', name);
  const lacks = Object.entries(wanted.permissions).filter(
    ([permission, level]) => LEVELS.indexOf(permissions[permission] ?? 'none') < LEVELS.indexOf(level),
  );
  const excess = TOO_MUCH.filter(
    (permission) => !(permission in wanted.permissions) && permissions[permission] === 'write',
  );
  const deaf = wanted.events.filter((event) => !events.includes(event));
  const hears = check('app_events', name);
  return [
    ...(lacks.length + excess.length === 0 ? [may.ok('It has the permissions of app.yml.')] : []),
    ...(lacks.length === 0
      ? []
      : [
          may.trouble({
            what: `It lacks ${lacks.map(([permission, level]) => `${permission}: ${level}`).join(', ')}.`,
            mend: `add them on the App's settings page, then accept them at ${url}`,
          }),
        ]),
    ...(excess.length === 0
      ? []
      : [
          may.trouble({
            what: `It may write ${excess.join(', ')}, with which it could undo the rules that hold it.`,
            mend: "take them away on the App's settings page",
          }),
        ]),
    deaf.length === 0
      ? hears.ok('It gets every event that it handles.')
      : hears.trouble({
          what: `It does not get ${deaf.join(', ')}; what they tell is seen minutes later.`,
          mend: "subscribe to them on the App's settings page",
        }),
  ];
}

function inspectWebhook({ facts }: Look, name: string): readonly Finding[] {
  const webhook = check('app_webhook', name);
  const has = facts.app?.hasWebhook ?? null;
  if (has === null) {
    return [webhook.unknown('Only the App itself sees its webhook.', 'set APP_ID and PRIVATE_KEY')];
  }
  if (has) return [webhook.ok('Its webhook has an address.')];
  return [
    webhook.trouble({
      what: 'Its webhook has no address, so everything waits for the next look.',
      mend: "set https://<your host>/api/github/webhooks on the App's settings page",
    }),
  ];
}
