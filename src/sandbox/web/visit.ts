import type { html } from 'hono/html';
import type { Actor } from '../auth/actor.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** A piece of a page; all text in it is escaped. */
export type Markup = ReturnType<typeof html>;

/** What somebody sees between the bars of the layout. */
export interface PageContent {
  title: string;
  body: Markup;
}

/** A page, or the way to another. */
export type PageAnswer = PageContent | { redirect: string };

/** One request for a page. */
export interface Visit {
  kernel: Kernel;
  url: URL;
  /** Whom the visitor acts as; `null` for nobody. */
  viewer: Account | null;
  actor: Actor;
  params: { [name: string]: string };
  /** What a form sent. */
  form: URLSearchParams;
}

/** A visit below `/{owner}/{repo}`, to a repository the visitor may see. */
export interface RepositoryVisit extends Visit {
  repository: Repository;
}

/** A page or a form's target below `/{owner}/{repo}`. */
export interface RepositoryPage {
  verb: 'GET' | 'POST';
  path: `/{owner}/{repo}${string}`;
  answer: (visit: RepositoryVisit) => PageAnswer | Promise<PageAnswer>;
}

/** A page that belongs to no repository. */
export interface FreePage {
  verb: 'GET' | 'POST';
  path: string;
  answer: (visit: Visit) => PageAnswer | Promise<PageAnswer>;
}
