import type { Route } from '../route.ts';
import { repositoryRoutes } from './repository.ts';
import { userRoutes } from './user.ts';

/** Every REST route of the sandbox; a new route file is one more row. */
export const ROUTES: Route[] = [...userRoutes, ...repositoryRoutes];
