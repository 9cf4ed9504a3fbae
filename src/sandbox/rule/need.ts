import type { RepositoryNeed } from '../auth/permission.ts';

/** Reading rulesets. */
export const READ_RULES: RepositoryNeed = { app: { metadata: 'read' }, user: 'read' };
/** Writing rulesets, seeing whom they let pass, and how they judged. */
export const WRITE_RULES: RepositoryNeed = { app: { administration: 'write' }, user: 'admin' };
