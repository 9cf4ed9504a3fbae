import type {
  BaseRefChangedEvent,
  ClosedEvent,
  CommentDeletedEvent,
  Issue as IssueType,
  IssueComment as IssueCommentType,
  Label as LabelType,
  LabeledEvent as LabeledEventType,
  Reaction as ReactionType,
  UserContentEdit,
  UnlabeledEvent as UnlabeledEventType,
} from '@octokit/graphql-schema';
import { z } from 'zod';
import { associationOf } from '../auth/association.ts';
import { editsOf } from '../issue/comment-edit.ts';
import { labelsOf, type CommentPlace, type IssuePlace } from '../issue/find.ts';
import type { Label, Reaction, ReactionContent, TimelineEvent } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import { failure } from './failure.ts';
import type { Fields, Graph, Node } from './graph.ts';

/** An issue. */
export function issueNode(graph: Graph, place: IssuePlace): Node {
  const { issue } = place;
  return {
    __typename: 'Issue',
    ...issueFields(graph, place),
    id: issue.nodeId,
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    url: graph.kernel.urls.webRepository(place.repository, `issues/${issue.number}`),
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
  } satisfies Fields<IssueType>;
}

/** What issues and pulls have in common. */
export function issueFields(graph: Graph, place: IssuePlace) {
  const { repository, issue } = place;
  const { world } = graph.kernel;
  const author = accountOf(world, issue.authorId);
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    locked: issue.locked,
    closed: issue.state === 'closed',
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    author: () => graph.account(author),
    authorAssociation: associationOf(world, repository, author),
    repository: () => graph.repository(repository),
    labels: (page: PageArguments) =>
      connection('LabelConnection', page, {
        items: labelsOf(repository, issue),
        toNode: (label) => graph.label(repository, label),
      }),
    assignees: (page: PageArguments) =>
      connection('UserConnection', page, {
        items: issue.assigneeIds,
        toNode: (id) => graph.account(accountOf(world, id)),
      }),
    comments: (page: PageArguments) =>
      connection('IssueCommentConnection', page, {
        items: issue.comments,
        placeOf: (comment) => [comment.id],
        toNode: (comment) => graph.comment({ ...place, comment }),
      }),
    timelineItems: (query: TimelineQuery) =>
      connection(`${issue.isPull ? 'PullRequest' : 'Issue'}TimelineItemsConnection`, query, {
        items: issue.timeline.filter((event) => isAskedFor(event, query)),
        toNode: (event) => eventNode(graph, place, event),
      }),
    reactions: (page: PageArguments & { content?: string | null }) =>
      reactionsOf(graph, issue.reactions, page),
  };
}

type TimelineQuery = PageArguments & { itemTypes?: string[] | null };

/** The events that the graph knows, by GitHub's name of their kind. */
const EVENT_TYPES = {
  labeled: 'LABELED_EVENT',
  unlabeled: 'UNLABELED_EVENT',
  comment_deleted: 'COMMENT_DELETED_EVENT',
  closed: 'CLOSED_EVENT',
  base_ref_changed: 'BASE_REF_CHANGED_EVENT',
  // Nothing here turns a pull by itself.
  automatic_base_change_succeeded: 'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT',
} as const;

function isKnownEvent(event: string): event is keyof typeof EVENT_TYPES {
  return event in EVENT_TYPES;
}

/** @throws GraphQLError for kinds that are not known here: an answer without them would be a wrong one. */
function isAskedFor({ event }: TimelineEvent, { itemTypes }: TimelineQuery): boolean {
  const known: readonly string[] = Object.values(EVENT_TYPES);
  const asked = itemTypes ?? ['all of them'];
  const unknown = asked.find((type) => !known.includes(type));
  if (unknown !== undefined) throw failure('NOT_IMPLEMENTED', `timelineItems: no ${unknown} here`);
  return isKnownEvent(event) && asked.includes(EVENT_TYPES[event]);
}

function eventNode(graph: Graph, place: IssuePlace, event: TimelineEvent): Node {
  if (event.event === 'comment_deleted') return deletionNode(graph, event);
  if (event.event === 'base_ref_changed') return turnNode(graph, event);
  return event.event === 'closed' ? closingNode(graph, event) : labelEventNode(graph, place, event);
}

/** Somebody turned a pull to another branch. */
function turnNode(graph: Graph, event: TimelineEvent): Node {
  return {
    __typename: 'BaseRefChangedEvent',
    id: event.nodeId,
    databaseId: event.id,
    createdAt: event.createdAt,
    actor: () => graph.account(accountOf(graph.kernel.world, event.actorId)),
  } satisfies Fields<BaseRefChangedEvent>;
}

/** Somebody closed it. */
function closingNode(graph: Graph, event: TimelineEvent): Node {
  return {
    __typename: 'ClosedEvent',
    id: event.nodeId,
    createdAt: event.createdAt,
    actor: () => graph.account(accountOf(graph.kernel.world, event.actorId)),
  } satisfies Fields<ClosedEvent>;
}

/** A comment that was deleted: whose, and by whom. */
function deletionNode(graph: Graph, event: TimelineEvent): Node {
  const { commentAuthorId } = deletionDetail.parse(event.detail);
  const account = (id: number) => graph.account(accountOf(graph.kernel.world, id));
  return {
    __typename: 'CommentDeletedEvent',
    id: event.nodeId,
    databaseId: event.id,
    createdAt: event.createdAt,
    actor: () => account(event.actorId),
    deletedCommentAuthor: () => account(commentAuthorId),
  } satisfies Fields<CommentDeletedEvent>;
}

const deletionDetail = z.object({ commentAuthorId: z.number() });

/** A label that was put on or taken off, as it was called then. */
function labelEventNode(graph: Graph, { repository }: IssuePlace, event: TimelineEvent): Node {
  const { label } = labelDetail.parse(event.detail);
  return {
    __typename: event.event === 'labeled' ? 'LabeledEvent' : 'UnlabeledEvent',
    id: event.nodeId,
    createdAt: event.createdAt,
    actor: () => graph.account(accountOf(graph.kernel.world, event.actorId)),
    label: () =>
      graph.label(repository, { ...label, id: 0, nodeId: '', description: null, isDefault: false }),
  } satisfies Fields<LabeledEventType | UnlabeledEventType>;
}

const labelDetail = z.object({ label: z.object({ name: z.string(), color: z.string() }) });

/** A comment on an issue or a pull. */
export function commentNode(graph: Graph, place: CommentPlace): Node {
  const { repository, issue, comment } = place;
  const { world, urls } = graph.kernel;
  const author = accountOf(world, comment.authorId);
  const page = `${issue.isPull ? 'pull' : 'issues'}/${issue.number}#issuecomment-${comment.id}`;
  return {
    __typename: 'IssueComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    lastEditedAt: comment.lastEditedAt,
    includesCreatedEdit: comment.lastEditedAt !== null,
    url: urls.webRepository(repository, page),
    author: () => graph.account(author),
    authorAssociation: associationOf(world, repository, author),
    ...editFields(graph, place),
    issue: () => graph.issue(place),
    repository: () => graph.repository(repository),
    reactions: (page: PageArguments & { content?: string | null }) =>
      reactionsOf(graph, comment.reactions, page),
  } satisfies Fields<IssueCommentType>;
}

/** Who edited a comment, and every version of it, newest first; `diff` is the whole text, as on GitHub. */
function editFields(graph: Graph, { repository, comment }: CommentPlace) {
  const account = (id: number) => graph.account(accountOf(graph.kernel.world, id));
  const newestFirst = editsOf(repository, comment).toReversed();
  const [latest] = newestFirst;
  return {
    editor: () => (latest ? account(latest.editorId) : null),
    userContentEdits: (page: PageArguments) =>
      connection('UserContentEditConnection', page, {
        items: newestFirst,
        toNode: (edit): Fields<UserContentEdit> => ({
          __typename: 'UserContentEdit',
          id: edit.nodeId,
          createdAt: edit.at,
          editedAt: edit.at,
          updatedAt: edit.at,
          deletedAt: null,
          diff: edit.body,
          editor: () => account(edit.editorId),
        }),
      }),
  } satisfies Partial<Fields<IssueCommentType>>;
}

/** A label. */
export function labelNode(graph: Graph, repository: Repository, label: Label): Node {
  return {
    __typename: 'Label',
    id: label.nodeId,
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: label.isDefault,
    url: graph.kernel.urls.webRepository(repository, `labels/${encodeURIComponent(label.name)}`),
    repository: () => graph.repository(repository),
  } satisfies Fields<LabelType>;
}

/** GraphQL's names of the reactions. */
export const REACTION_NAMES: { [content in ReactionContent]: string } = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  confused: 'CONFUSED',
  heart: 'HEART',
  hooray: 'HOORAY',
  rocket: 'ROCKET',
  eyes: 'EYES',
};

/** One reaction. */
export function reactionNode(graph: Graph, reaction: Reaction): Node {
  return {
    __typename: 'Reaction',
    id: reaction.nodeId,
    databaseId: reaction.id,
    content: REACTION_NAMES[reaction.content],
    createdAt: reaction.createdAt,
    user: () => graph.account(accountOf(graph.kernel.world, reaction.userId)),
  } satisfies Fields<ReactionType>;
}

function reactionsOf(graph: Graph, reactions: Reaction[], page: PageArguments & { content?: string | null }) {
  const wanted = reactions.filter((one) => !page.content || REACTION_NAMES[one.content] === page.content);
  return connection('ReactionConnection', page, {
    items: wanted,
    toNode: (reaction) => reactionNode(graph, reaction),
  });
}
