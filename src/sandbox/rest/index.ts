import type { Route } from '../route.ts';
import { appRoutes } from './app.ts';
import { branchRoutes } from './branch.ts';
import { commitRoutes } from './commit.ts';
import { contentRoutes } from './content.ts';
import { gitObjectRoutes } from './git-object.ts';
import { gitRefRoutes } from './git-ref.ts';
import { gitTreeRoutes } from './git-tree.ts';
import { hookDeliveryRoutes } from './hook-delivery.ts';
import { installationRoutes } from './installation.ts';
import { pullRoutes } from './pull.ts';
import { reviewRoutes } from './review.ts';
import { repositoryRoutes } from './repository.ts';
import { userRoutes } from './user.ts';

/** Every REST route of the sandbox; a new route file is one more row. */
export const ROUTES: Route[] = [
  ...userRoutes,
  ...repositoryRoutes,
  ...gitObjectRoutes,
  ...gitRefRoutes,
  ...gitTreeRoutes,
  ...contentRoutes,
  ...branchRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...appRoutes,
  ...installationRoutes,
  ...hookDeliveryRoutes,
];
