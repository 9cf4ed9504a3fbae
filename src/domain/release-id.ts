/** `2026-11-20-T2-prod`: safe as a file name, in a tag, and in a variable. */
export type ReleaseId = string;
