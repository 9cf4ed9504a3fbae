import { parseArgs } from 'node:util';

/** What `npm run demo` was asked for. */
export type DemoWish =
  | { readonly kind: 'story' }
  | { readonly kind: 'own_repository'; readonly repo: string; readonly uat: string; readonly prod: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string };

/** The text of `npm run demo -- --help`. */
export const DEMO_USAGE = `Usage: npm run demo [-- --repo <path or URL> --uat <branch> --prod <branch>]

  without arguments   tells the story of a corner shop and ends with 0, or with 1 and the step that failed
  --repo              a git repository of yours: it is cloned into the sandbox and never pushed to
  --uat, --prod       its branches that UAT and PROD run
`;

/** Reads the command line. */
export function parseDemoArguments(args: readonly string[]): DemoWish {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        repo: { type: 'string' },
        uat: { type: 'string' },
        prod: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values.help === true ? { kind: 'help' } : wishFrom(values);
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}

function wishFrom({ repo, uat, prod }: { repo?: string; uat?: string; prod?: string }): DemoWish {
  const given = [repo, uat, prod].filter((value) => value !== undefined).length;
  if (given === 0) return { kind: 'story' };
  if (repo === undefined || uat === undefined || prod === undefined) {
    return { kind: 'refused', message: '--repo, --uat and --prod go together: say all three.' };
  }
  if (uat === prod)
    return { kind: 'refused', message: '--uat and --prod are the same branch; give each its own.' };
  return { kind: 'own_repository', repo, uat, prod };
}
