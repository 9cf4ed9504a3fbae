import { html } from 'hono/html';
import { z } from 'zod';
import { associationOf } from '../../auth/association.ts';
import { meets } from '../../auth/permission.ts';
import { issueNeed } from '../../issue/need.ts';
import type { Issue, IssueComment, Reaction, TimelineEvent } from '../../model/issue.ts';
import { accountOf } from '../../world.ts';
import { pathOf, showCommit, showLabel, showMarkdown, showPerson, showTime } from '../element.ts';
import type { Markup, RepositoryVisit } from '../visit.ts';

/** What was said and done on an issue or pull, oldest first; the pinned comment stands above it all. */
export function showConversation(visit: RepositoryVisit, issue: Issue): Markup {
  const pinned = issue.comments.find((comment) => comment.pin !== null);
  const entries = [
    ...issue.comments
      .filter((comment) => comment !== pinned)
      .map((comment) => ({ at: comment.createdAt, id: comment.id, comment })),
    ...groupLabels(issue.timeline).map((events) => ({
      at: events[0]?.createdAt ?? '',
      id: events[0]?.id ?? 0,
      events,
    })),
  ].toSorted((a, b) => a.at.localeCompare(b.at) || a.id - b.id);
  return html`<ol class="timeline">
    ${pinned ? html`<li id="issuecomment-${pinned.id}">${showComment(visit, issue, pinned)}</li>` : ''}
    <li>${showDescription(visit, issue)}</li>
    ${entries.map((entry) =>
      'comment' in entry
        ? html`<li id="issuecomment-${entry.comment.id}">${showComment(visit, issue, entry.comment)}</li>`
        : showEvents(visit, entry.events),
    )}
  </ol>`;
}

/** The form for a new comment, or the reason why there is none. */
export function commentForm(visit: RepositoryVisit, issue: Issue): Markup {
  const { kernel, repository, actor, viewer } = visit;
  if (!viewer) return html`<p class="notice">Choose above whom to act as to comment.</p>`;
  const need = issueNeed(issue, issue.locked ? 'write' : 'read');
  if (!meets(kernel.world, actor, { repository, need })) {
    return html`<p class="notice">${viewer.login} may not comment here.</p>`;
  }
  return html`<form
    class="box"
    method="post"
    action="${pathOf(kernel, repository, `issues/${issue.number}/comments`)}"
  >
    <header>
      <label for="comment">Comment as <strong>${viewer.login}</strong></label>
    </header>
    <div class="content">
      <textarea
        id="comment"
        name="body"
        placeholder="Markdown, or a command such as /help"
        required
      ></textarea>
      <div class="row"><button class="primary">Comment</button></div>
    </div>
  </form>`;
}

function showDescription(visit: RepositoryVisit, issue: Issue): Markup {
  const { kernel, repository } = visit;
  return html`<article class="box">
    ${said(visit, { authorId: issue.authorId, at: issue.createdAt, edited: false })}
    <div class="content">
      ${issue.body ? showMarkdown({ kernel }, repository, issue.body) : html`<em class="muted">No description.</em>`}
    </div>
    ${showReactions(issue.reactions)}
  </article>`;
}

function showComment(visit: RepositoryVisit, issue: Issue, comment: IssueComment): Markup {
  const { kernel, repository } = visit;
  const isPinned = comment.pin !== null;
  return html`<article class="box ${isPinned ? 'pinned' : ''}">
    ${said(visit, {
      authorId: comment.authorId,
      at: comment.createdAt,
      edited: comment.updatedAt !== comment.createdAt,
      isPinned,
    })}
    <div class="content">${showMarkdown({ kernel }, repository, comment.body)}</div>
    ${showReactions(comment.reactions)} ${editForm(visit, issue, comment)}
  </article>`;
}

function said(
  { kernel, repository }: RepositoryVisit,
  of: { authorId: number; at: string; edited: boolean; isPinned?: boolean },
): Markup {
  const author = accountOf(kernel.world, of.authorId);
  const association = associationOf(kernel.world, repository, author);
  return html`<header>
    ${showPerson(kernel, author)} <span class="muted">${showTime(of.at)}${of.edited ? ' · edited' : ''}</span>
    <span class="end">
      ${of.isPinned ? html`<span class="tag">pinned</span>` : ''}
      ${association === 'NONE' ? '' : html`<span class="tag">${association.toLowerCase()}</span>`}
    </span>
  </header>`;
}

function editForm(visit: RepositoryVisit, issue: Issue, comment: IssueComment): Markup | '' {
  const { kernel, repository, actor, viewer } = visit;
  const mayEdit =
    viewer?.id === comment.authorId ||
    meets(kernel.world, actor, { repository, need: issueNeed(issue, 'write') });
  if (!viewer || !mayEdit) return '';
  return html`<details class="edit">
    <summary>Edit</summary>
    <form method="post" action="${pathOf(kernel, repository, `comments/${comment.id}`)}">
      <textarea name="body" aria-label="Text" required>${comment.body}</textarea>
      <div class="row">
        <button name="act" value="delete" class="danger" formnovalidate>Delete</button>
        <button name="act" value="edit">Save</button>
      </div>
    </form>
  </details>`;
}

const SIGNS = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
} as const;

function showReactions(reactions: Reaction[]): Markup | '' {
  if (reactions.length === 0) return '';
  const counts = new Map<Reaction['content'], number>();
  for (const { content } of reactions) counts.set(content, (counts.get(content) ?? 0) + 1);
  return html`<p class="reactions">
    ${[...counts].map(([content, number]) => html`<span title="${content}">${SIGNS[content]} ${number}</span>`)}
  </p>`;
}

/** Labels that one person changed in one go are one line. */
function groupLabels(events: TimelineEvent[]): TimelineEvent[][] {
  const groups: TimelineEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1)?.[0];
    const joins = last && isLabel(last) && isLabel(event) && last.actorId === event.actorId;
    if (joins && last.createdAt === event.createdAt) groups.at(-1)?.push(event);
    else groups.push([event]);
  }
  return groups;
}

function isLabel({ event }: TimelineEvent): boolean {
  return event === 'labeled' || event === 'unlabeled';
}

const eventDetail = z.object({
  label: z.object({ name: z.string(), color: z.string() }).optional(),
  rename: z.object({ from: z.string(), to: z.string() }).optional(),
  state_reason: z.string().nullish(),
  assigneeId: z.number().optional(),
  source: z.object({ repositoryId: z.number(), number: z.number() }).optional(),
});

function showEvents(visit: RepositoryVisit, events: TimelineEvent[]): Markup | '' {
  const [first] = events;
  if (!first) return '';
  const { kernel } = visit;
  return html`<li class="event">
    ${showPerson(kernel, accountOf(kernel.world, first.actorId))}
    ${isLabel(first) ? labelWords(events) : eventWords(visit, first)} ${showTime(first.createdAt)}
  </li>`;
}

function labelWords(events: TimelineEvent[]): Markup {
  const shown = (kind: string) =>
    events.flatMap(({ event, detail }) => {
      const { label } = eventDetail.parse(detail);
      return event === kind && label ? [html`${showLabel(label)} `] : [];
    });
  const [added, removed] = [shown('labeled'), shown('unlabeled')];
  return html`${added.length === 0 ? '' : html`added ${added}`}${added.length > 0 && removed.length > 0 ? 'and ' : ''}${
    removed.length === 0 ? '' : html`removed ${removed}`
  }`;
}

function eventWords(visit: RepositoryVisit, { event, detail, commitId }: TimelineEvent): Markup {
  const { kernel, repository } = visit;
  const read = eventDetail.parse(detail);
  const reason = read.state_reason === 'not_planned' ? ' as not planned' : '';
  const by = commitId === null ? '' : html` in ${showCommit(kernel, repository, commitId)}`;
  if (event === 'closed') return html`closed this${reason}${by}`;
  if (event === 'merged') return html`merged this${by}`;
  if (event === 'ready_for_review') return html`marked this as ready for review`;
  if (read.rename) return html`changed the title from <del>${read.rename.from}</del> to ${read.rename.to}`;
  if (read.assigneeId !== undefined)
    return html`${event} ${showPerson(kernel, accountOf(kernel.world, read.assigneeId))}`;
  if (read.source) {
    const from = kernel.world.repositories.find((one) => one.id === read.source?.repositoryId);
    return html`mentioned this in
      <a href="${from ? pathOf(kernel, from, `issues/${read.source.number}`) : ''}"
        >#${read.source.number}</a
      >`;
  }
  return html`${event.replaceAll('_', ' ')} this${by}`;
}
