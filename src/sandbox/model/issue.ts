/** An issue, or the issue half of a pull request: both share the numbers and this record. */
export interface Issue {
  id: number;
  nodeId: string;
  number: number;
  title: string;
  body: string | null;
  authorId: number;
  /** The App that wrote it, when an App did. */
  viaAppId: number | null;
  /** Ids into `repository.labels`, in the order they were given. */
  labelIds: number[];
  assigneeIds: number[];
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | 'duplicate' | null;
  locked: boolean;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedById: number | null;
  isPull: boolean;
  reactions: Reaction[];
  comments: IssueComment[];
  timeline: TimelineEvent[];
}

/** A label of a repository; names are unique regardless of case. */
export interface Label {
  id: number;
  nodeId: string;
  name: string;
  color: string;
  description: string | null;
  isDefault: boolean;
}

/** A comment on an issue or a pull. */
export interface IssueComment {
  id: number;
  nodeId: string;
  body: string;
  authorId: number;
  viaAppId: number | null;
  createdAt: string;
  updatedAt: string;
  /** GraphQL tells it even of an edit within the second of its birth. */
  lastEditedAt: string | null;
  /** Shown at the top of its issue; at most one comment of an issue is. */
  pin: { at: string; byId: number } | null;
  reactions: Reaction[];
}

/** The eight reactions, by their REST names. */
export const REACTION_CONTENTS = [
  '+1',
  '-1',
  'laugh',
  'confused',
  'heart',
  'hooray',
  'rocket',
  'eyes',
] as const;
/** One of the eight reactions. */
export type ReactionContent = (typeof REACTION_CONTENTS)[number];

/** One person's reaction to an issue or a comment; each content once per person. */
export interface Reaction {
  id: number;
  nodeId: string;
  content: ReactionContent;
  userId: number;
  createdAt: string;
}

/** Something that happened to an issue; never edited afterwards. */
export interface TimelineEvent {
  id: number;
  nodeId: string;
  /** GitHub's name: `labeled`, `closed`, `assigned`, `merged`, `cross-referenced`, ... */
  event: string;
  actorId: number;
  viaAppId: number | null;
  createdAt: string;
  /** The commit that caused it (closing keywords, merges). */
  commitId: string | null;
  /** What GitHub shows beside: `label`, `assignee`, `source`, `rename`, ... as it was then. */
  detail: { [key: string]: unknown };
}
