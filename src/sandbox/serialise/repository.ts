import { permissionFlags, roleOf } from '../auth/role.ts';
import { atLeast } from '../auth/role.ts';
import { forksOf, isFork, parentOf, rootOf } from '../fork/network.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, fullNameOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import type { Schema } from './schema.ts';

/** A repository as lists, pulls and webhooks show it; `viewer` adds what that person may do. */
export function serialiseRepository(kernel: Kernel, repository: Repository, viewer?: Account) {
  const forks = forksOf(kernel.world, repository).length;
  const openIssues = repository.issues.filter((issue) => issue.state === 'open').length;
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullNameOf(kernel.world, repository),
    owner: serialiseUser(kernel, accountOf(kernel.world, repository.ownerId)),
    private: repository.private,
    description: repository.description,
    fork: isFork(repository),
    ...repositoryUrls(kernel, repository),
    homepage: null,
    language: null,
    license: null,
    mirror_url: null,
    forks_count: forks,
    stargazers_count: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues_count: openIssues,
    open_issues: openIssues,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    has_downloads: false,
    archived: repository.archived,
    disabled: false,
    visibility: visibilityOf(repository),
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    forks,
    watchers: 0,
    allow_forking: true,
    web_commit_signoff_required: false,
    ...(viewer ? viewerFields(kernel, repository, viewer) : {}),
  };
}

/** A repository as `GET /repos/{owner}/{repo}` shows it. */
export function serialiseFullRepository(
  kernel: Kernel,
  repository: Repository,
  viewer?: Account,
): Schema<'full-repository'> {
  const owner = accountOf(kernel.world, repository.ownerId);
  return {
    ...serialiseRepository(kernel, repository, viewer),
    ...originFields(kernel, repository),
    network_count: 0,
    subscribers_count: 0,
    ...(owner.organization ? { organization: serialiseUser(kernel, owner) } : {}),
    ...(viewer && atLeast(roleOf(kernel.world, repository, viewer), 'write')
      ? mergeSettings(repository)
      : {}),
  };
}

function originFields(kernel: Kernel, repository: Repository) {
  const parent = parentOf(kernel.world, repository);
  if (!parent) return {};
  return {
    parent: serialiseRepository(kernel, parent),
    source: serialiseRepository(kernel, rootOf(kernel.world, repository)),
  };
}

function viewerFields(kernel: Kernel, repository: Repository, viewer: Account) {
  const role = roleOf(kernel.world, repository, viewer);
  return { permissions: permissionFlags(role), role_name: role };
}

function mergeSettings(repository: Repository) {
  return {
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    allow_update_branch: false,
    delete_branch_on_merge: repository.deleteBranchOnMerge,
    use_squash_pr_title_as_default: false,
  };
}

/** Paths below the repository's API address by field, as GitHub templates them. */
const PATHS = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;

type PathUrls = { [field in keyof typeof PATHS]: string };

function repositoryUrls(kernel: Kernel, repository: Repository) {
  const url = kernel.urls.apiRepository(repository);
  const html = kernel.urls.webRepository(repository);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per field of PATHS
  const paths = Object.fromEntries(
    Object.entries(PATHS).map(([field, path]) => [field, url + path]),
  ) as PathUrls;
  return {
    ...paths,
    url,
    html_url: html,
    clone_url: `${html}.git`,
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    svn_url: html,
  };
}

function visibilityOf(repository: Repository): 'private' | 'public' {
  return repository.private ? 'private' : 'public';
}
