import { registerHooks } from 'node:module';
import type * as WorkflowParserPackage from '@actions/workflow-parser';

/** GitHub's own parser of workflow files. */
export type WorkflowParser = typeof WorkflowParserPackage;

let loading: Promise<WorkflowParser> | null = null;

/**
 * Loads `@actions/workflow-parser`, once and only when a workflow is first read.
 *
 * The package imports its JSON schema without the attribute that Node asks for (bundlers do not), so the attribute is
 * added on the way, for this package alone.
 * Source: github.com/actions/languageservices, workflow-parser/src/workflows/workflow-schema.ts.
 */
export function loadWorkflowParser(): Promise<WorkflowParser> {
  loading ??= importWithJson();
  return loading;
}

async function importWithJson(): Promise<WorkflowParser> {
  registerHooks({
    load: (url, context, next) =>
      /\/@actions\/workflow-parser\/.*\.json$/.test(url)
        ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: 'json' } })
        : next(url, context),
  });
  return import('@actions/workflow-parser');
}
