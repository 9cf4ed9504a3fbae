/** A person, an organisation, or the bot of an App. */
export interface Account {
  id: number;
  nodeId: string;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  email: string | null;
  siteAdmin: boolean;
  createdAt: string;
  updatedAt: string;
  /** Of organisations only. */
  organization: OrganizationDetail | null;
}

/** What an organisation has beyond any account. */
export interface OrganizationDetail {
  members: { userId: number; role: 'admin' | 'member' }[];
  /** What every member may do in every repository. */
  basePermission: RepositoryRole | 'none';
  teams: Team[];
}

/** A team of an organisation; its roles live on the repositories. */
export interface Team {
  id: number;
  nodeId: string;
  slug: string;
  name: string;
  description: string | null;
  privacy: 'closed' | 'secret';
  parentId: number | null;
  members: { userId: number; role: 'maintainer' | 'member' }[];
  createdAt: string;
}

/** The five roles GitHub gives on a repository, weakest first. */
export const REPOSITORY_ROLES = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
/** One of the five roles. */
export type RepositoryRole = (typeof REPOSITORY_ROLES)[number];
