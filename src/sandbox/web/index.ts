import { actionsPages } from './page/actions.ts';
import { checkPages } from './page/check.ts';
import { commitPages } from './page/commit.ts';
import { deploymentPages } from './page/deployment.ts';
import { environmentPages } from './page/environment.ts';
import { gatePages } from './page/gate.ts';
import { homePages } from './page/home.ts';
import { issueListPages } from './page/issue-list.ts';
import { issuePages } from './page/issue.ts';
import { pullPages } from './page/pull.ts';
import { repositoryPages } from './page/repository.ts';
import type { FreePage, RepositoryPage } from './visit.ts';

/** The pages that belong to no repository. */
export const FREE_PAGES: FreePage[] = homePages;

/** The pages of a repository; a new page file is one more row. */
export const REPOSITORY_PAGES: RepositoryPage[] = [
  ...repositoryPages,
  ...issueListPages,
  ...issuePages,
  ...pullPages,
  ...checkPages,
  ...deploymentPages,
  ...commitPages,
  ...actionsPages,
  ...gatePages,
  ...environmentPages,
];
