import { createSign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsInstallation } from '../../../src/sandbox/found.ts';
import { addInstallationToken } from '../../../src/sandbox/auth/token.ts';
import {
  appClient,
  client,
  installTestApp,
  shopPath,
  startTown,
  writeFile,
  type Person,
  type Town,
} from './support.ts';

let town: Town;
let hidden: Town;
beforeAll(async () => {
  town = await startTown();
  hidden = await startTown({ private: true });
  await writeFile(town, { path: 'a', content: 'a' });
  await writeFile(hidden, { path: 'a', content: 'a' });
});
afterAll(() => Promise.all([town.close(), hidden.close()]));

const statusOf = (call: Promise<{ status: number }>): Promise<number> =>
  call.then(
    ({ status }) => status,
    (error: unknown) => (error instanceof Error && 'status' in error ? Number(error.status) : 0),
  );

describe('people', () => {
  it.each<[Person | undefined, number, number]>([
    ['ada', 200, 200],
    ['rita', 200, 200],
    ['olaf', 200, 404],
    [undefined, 200, 404],
  ])('%s reads a public repository with %i and a private one with %i', async (person, open, closed) => {
    expect(await statusOf(town.as(person).repos.get(shopPath))).toBe(open);
    expect(await statusOf(hidden.as(person).repos.get(shopPath))).toBe(closed);
  });

  it.each<[Person, number]>([
    ['ada', 201],
    ['will', 201],
    ['tina', 403],
    ['rita', 403],
    ['olaf', 403],
  ])('%s writes a file with %i', async (person, status) => {
    const content = Buffer.from(person).toString('base64');
    const call = town
      .as(person)
      .repos.createOrUpdateFileContents({ ...shopPath, path: person, message: 'x', content });
    expect(await statusOf(call)).toBe(status);
  });

  it.each<[Person, string, string]>([
    ['ada', 'admin', 'admin'],
    ['will', 'write', 'write'],
    ['tina', 'read', 'triage'],
    ['rita', 'read', 'read'],
    ['olaf', 'read', 'read'],
  ])('%s has permission %s and role %s on a public repository', async (person, permission, role) => {
    const { data } = await town
      .as('rita')
      .repos.getCollaboratorPermissionLevel({ ...shopPath, username: person });
    expect([data.permission, data.role_name, data.user?.role_name]).toEqual([permission, role, role]);
  });

  it('says none of a stranger to a private repository, and 404 of a bot', async () => {
    const { data } = await hidden
      .as('rita')
      .repos.getCollaboratorPermissionLevel({ ...shopPath, username: 'olaf' });
    expect([data.permission, data.role_name]).toEqual(['none', 'none']);
    await installTestApp(hidden, { slug: 'mute', permissions: {} });
    const asked = hidden
      .as('rita')
      .repos.getCollaboratorPermissionLevel({ ...shopPath, username: 'mute[bot]' });
    expect(await statusOf(asked)).toBe(404);
  });

  it('lets only admins make collaborators, and the role counts at once', async () => {
    const change = { ...shopPath, username: 'olaf', permission: 'maintain' };
    expect(await statusOf(hidden.as('will').repos.addCollaborator(change))).toBe(403);
    expect(await statusOf(hidden.as('ada').repos.addCollaborator(change))).toBe(204);
    const { data } = await hidden
      .as('rita')
      .repos.getCollaboratorPermissionLevel({ ...shopPath, username: 'olaf' });
    expect([data.permission, data.role_name]).toEqual(['write', 'maintain']);
    expect(await statusOf(hidden.as('ada').repos.removeCollaborator({ ...shopPath, username: 'olaf' }))).toBe(
      204,
    );
    expect(await statusOf(hidden.as('olaf').repos.get(shopPath))).toBe(404);
  });

  it('tells members of the organisation who is in a team, and nobody else', async () => {
    const asked = { org: 'acme', team_slug: 'release-admins', username: 'ada' };
    const { data } = await town.as('will').teams.getMembershipForUserInOrg(asked);
    expect(data).toMatchObject({ state: 'active', role: 'member' });
    expect(
      await statusOf(town.as('will').teams.getMembershipForUserInOrg({ ...asked, username: 'will' })),
    ).toBe(404);
    expect(await statusOf(town.as('rita').teams.getMembershipForUserInOrg(asked))).toBe(404);
  });
});

describe('Apps', () => {
  it('act within their permissions only', async () => {
    const reader = await installTestApp(hidden, { slug: 'reader', permissions: { contents: 'read' } });
    expect(await statusOf(reader.client.repos.getContent({ ...shopPath, path: 'a' }))).toBe(200);
    const refused = reader.client.repos.createOrUpdateFileContents({
      ...shopPath,
      path: 'b',
      message: 'b',
      content: '',
    });
    await expect(refused).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    });
    expect(await statusOf(reader.client.pulls.list(shopPath))).toBe(403);
  });

  it('get tokens narrowed to what they ask for, never more than they have', async () => {
    const { jwt, installationId } = await installTestApp(hidden, {
      slug: 'narrow',
      permissions: { contents: 'write', issues: 'read' },
    });
    const ask = { installation_id: installationId };
    const { data } = await jwt.apps.createInstallationAccessToken({
      ...ask,
      repositories: ['SHOP'],
      permissions: { contents: 'read' },
    });
    expect(data).toMatchObject({
      permissions: { contents: 'read', metadata: 'read' },
      repository_selection: 'selected',
    });
    expect(data.token).toMatch(/^ghs_\d+_[\w]+\.[\w]+\.[\w]+$/);
    expect(data.token.length).toBeGreaterThan(450);
    const narrow = client(hidden.sandbox, data.token);
    const write = narrow.repos.createOrUpdateFileContents({
      ...shopPath,
      path: 'c',
      message: 'c',
      content: '',
    });
    expect(await statusOf(write)).toBe(403);
    expect(
      await statusOf(jwt.apps.createInstallationAccessToken({ ...ask, permissions: { issues: 'write' } })),
    ).toBe(422);
    expect(
      await statusOf(jwt.apps.createInstallationAccessToken({ ...ask, repositories: ['elsewhere'] })),
    ).toBe(422);
  });

  it('lose a token that they give back', async () => {
    const robot = await installTestApp(hidden, { slug: 'brief', permissions: { contents: 'read' } });
    expect(await statusOf(robot.client.apps.listReposAccessibleToInstallation())).toBe(200);
    await robot.client.apps.revokeInstallationAccessToken();
    expect(await statusOf(robot.client.apps.listReposAccessibleToInstallation())).toBe(401);
  });

  it('find their installation by repository', async () => {
    const { jwt, installationId } = await installTestApp(hidden, { slug: 'finder', permissions: {} });
    expect((await jwt.apps.getRepoInstallation(shopPath)).data.id).toBe(installationId);
    expect((await jwt.apps.getAuthenticated()).data?.slug).toBe('finder');
  });

  it('are refused with a forged, an old or a far-dated JWT', async () => {
    const { app } = await installTestApp(town, { slug: 'signed', permissions: {} });
    const other = await installTestApp(town, { slug: 'other', permissions: {}, ownKeys: true });
    const nowSeconds = Math.floor(Date.now() / 1000);
    const own = app.privateKeyPem ?? '';
    const get = (jwt: string): Promise<number> =>
      fetch(`${town.sandbox.apiUrl}/app`, { headers: { authorization: `Bearer ${jwt}` } }).then(
        ({ status }) => status,
      );
    const good = { iss: app.id, iat: nowSeconds - 30, exp: nowSeconds + 300 };
    expect(await get(sign(good, own))).toBe(200);
    expect(await get(sign({ ...good, iss: app.clientId }, own))).toBe(200);
    expect(await get(sign(good, other.app.privateKeyPem ?? ''))).toBe(401);
    expect(await get(sign({ ...good, exp: nowSeconds - 1 }, own))).toBe(401);
    expect(await get(sign({ ...good, exp: nowSeconds + 3600 }, own))).toBe(401);
    expect(await get(sign({ ...good, iss: 1 }, own))).toBe(401);
  });

  it('cannot use a JWT where an installation token is needed, nor the other way', async () => {
    const robot = await installTestApp(town, { slug: 'mixed', permissions: { contents: 'write' } });
    const withJwt = await robot.jwt.auth({ type: 'app' });
    const jwt =
      typeof withJwt === 'object' && withJwt !== null && 'token' in withJwt ? String(withJwt.token) : '';
    expect(
      await statusOf(
        client(town.sandbox, jwt).repos.createOrUpdateFileContents({
          ...shopPath,
          path: 'd',
          message: 'd',
          content: '',
        }),
      ),
    ).toBe(401);
    expect(await statusOf(robot.client.apps.getAuthenticated())).toBe(401);
  });

  it('get a token from the usual Octokit strategy for an installation', async () => {
    const { app, installationId } = await installTestApp(town, {
      slug: 'usual',
      permissions: { contents: 'read' },
    });
    const octokit = appClient(town.sandbox, app);
    const auth = await octokit.auth({ type: 'installation', installationId });
    expect(auth).toMatchObject({ type: 'token', tokenType: 'installation' });
  });
});

it('gives workflows a token of GitHub Actions with the permissions of their job', async () => {
  const installation = actionsInstallation(hidden.sandbox, hidden.acme);
  const { token } = addInstallationToken(hidden.sandbox.world, installation, {
    permissions: { contents: 'write' },
    repositoryIds: [hidden.shop.id],
    workflowRunId: 7,
  });
  const job = client(hidden.sandbox, token);
  const { data } = await job.repos.createOrUpdateFileContents({
    ...shopPath,
    path: 'by-job',
    message: 'x',
    content: '',
  });
  const { data: commit } = await job.repos.getCommit({ ...shopPath, ref: data.commit.sha ?? '' });
  expect([commit.author?.login, commit.committer?.login]).toEqual(['github-actions[bot]', 'web-flow']);
  expect(await statusOf(job.pulls.list(shopPath))).toBe(403);
});

function sign(claims: object, key: string): string {
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}
