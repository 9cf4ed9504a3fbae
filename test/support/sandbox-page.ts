import type { Sandbox } from '../../src/sandbox/sandbox.ts';

/** A browser on the pages of a sandbox, acting as a person or as nobody. */
export interface SandboxPages {
  visit: (path: string, login?: string | null) => Promise<{ status: number; text: string }>;
  /** Sends a form as a browser does from one of the pages. */
  submit: (path: string, fields: Record<string, string>, login: string | null) => Promise<Response>;
}

/** Opens the pages of a sandbox. */
export function openPages(sandboxOf: () => Sandbox): SandboxPages {
  const ask = (path: string, login: string | null, more: RequestInit = {}): Promise<Response> =>
    fetch(sandboxOf().url + path, {
      ...more,
      redirect: 'manual',
      headers: {
        ...(login ? { cookie: `sandbox_acting_as=${login}` } : {}),
        ...(more.method === 'POST' ? { 'sec-fetch-site': 'same-origin' } : {}),
      },
    });
  return {
    visit: async (path, login = null) => {
      const response = await ask(path, login);
      return { status: response.status, text: await response.text() };
    },
    submit: (path, fields, login) => ask(path, login, { method: 'POST', body: new URLSearchParams(fields) }),
  };
}
