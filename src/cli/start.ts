import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startApp, type RunningApp } from '../compose-app.ts';
import { startDemo } from '../compose-demo.ts';
import { processVariables, readAppEnvironment } from '../config/env.ts';
import { secretForms } from '../config/secret.ts';
import { createRedaction, withoutSecrets } from '../domain/redact.ts';
import type { Log } from '../ports/log.ts';
import { endOnSignals, silentLog } from './process-end.ts';
import { createPaint } from './story/paint.ts';
import { playStory } from './story/play.ts';
import { stayUp } from './story/stay.ts';

type AppEnvironment = Extract<ReturnType<typeof readAppEnvironment>, { kind: 'environment' }>['environment'];

const USAGE = `Usage: npm start

Starts the App, with APP_ID, WEBHOOK_SECRET, and PRIVATE_KEY or PRIVATE_KEY_PATH set; docs/operate.md has all variables.
Without any of them it tells the demo's story on a GitHub on this machine, which then stays up.`;

/** `npm start`: the App itself where it has its credentials, else the story, which then stays up. */
async function main(): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) {
    const isHelp = argument === '--help' || argument === '-h';
    if (isHelp) console.log(USAGE);
    else console.error(`npm start takes no arguments, and was given ${argument}.\n\n${USAGE}`);
    process.exitCode = isHelp ? 0 : 1;
    return;
  }
  const reading = readAppEnvironment(processVariables());
  if (reading.kind === 'broken') {
    for (const problem of reading.problems) console.error(problem);
    process.exitCode = 1;
    return;
  }
  await (reading.kind === 'environment' ? serve(reading.environment) : tellAndStay());
}

async function serve(environment: AppEnvironment): Promise<void> {
  const { githubHost, githubProtocol } = environment;
  const server = `${githubProtocol}://${githubHost ?? 'github.com'}`;
  let app: RunningApp;
  try {
    app = await startApp({
      ...environment,
      apiUrl: githubHost === null ? 'https://api.github.com' : `${server}/api/v3`,
      serverUrl: server,
      clock: { nowMs: () => Date.now() },
      log: createLog(environment),
      dataFolder: join(tmpdir(), `tonic-deploy-${environment.appId}`),
      timers: true,
    });
  } catch (error) {
    console.error(describeStartFailure(error, environment));
    process.exitCode = 1;
    return;
  }
  endOnSignals(() => app.close(), 0);
  console.log(`Tonic Deploy takes webhooks at ${app.webhookUrl}`);
}

/** One sentence for whoever starts it; never a value of a credential. */
function describeStartFailure(error: unknown, environment: AppEnvironment): string {
  const { port, host, appId, privateKey, webhookSecret } = environment;
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `PORT ${port} is taken by another process; choose another one.`,
    EACCES: `PORT ${port} is not allowed for this user; choose one above 1023.`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine.`,
    401: `GitHub does not know an App ${appId} with this key: APP_ID and PRIVATE_KEY have to be those of the same App.`,
    404: `GitHub does not know an App ${appId} with this key: APP_ID and PRIVATE_KEY have to be those of the same App.`,
  };
  const { code, status, message } = detailsOf(error);
  const isUnreached = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|bad port/u.test(message);
  const unreached = `GitHub cannot be reached: ${message}. GHE_HOST and GHE_PROTOCOL name another host than github.com.`;
  const redaction = createRedaction(secretForms([privateKey, webhookSecret]));
  return (
    sentences[code] ??
    sentences[status] ??
    redaction.text(isUnreached ? unreached : `The App could not start: ${message}`)
  );
}

function detailsOf(error: unknown): { code: string; status: string; message: string } {
  if (!(error instanceof Error)) return { code: '', status: '', message: String(error) };
  const fieldOf = (name: 'code' | 'status') =>
    String(Object.getOwnPropertyDescriptor(error, name)?.value ?? '');
  return { code: fieldOf('code'), status: fieldOf('status'), message: error.message };
}

function createLog({ logLevel }: AppEnvironment): Log {
  const logger = pino({ level: logLevel });
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

async function tellAndStay(): Promise<void> {
  const telling = {
    write: (line: string) => console.log(line),
    paint: createPaint({ isTerminal: process.stdout.isTTY, variables: processVariables() }),
  };
  telling.write(telling.paint.dim('APP_ID is not set, so this is the demo.\n'));
  const demo = await startDemo({ log: silentLog, hasChannel: true });
  const end = new AbortController();
  endOnSignals(async () => {
    end.abort();
    await demo.close();
  }, 0);
  try {
    await playStory(demo, telling);
    await stayUp(demo, telling, end.signal);
  } catch (error) {
    // What is told to end in the middle of the story fails somewhere: that is no failure of the story.
    if (end.signal.aborted) return;
    await demo.close();
    throw error;
  }
}

try {
  await main();
} catch (error) {
  console.error(
    withoutSecrets(`\nThis went wrong: ${error instanceof Error ? error.message : String(error)}`),
  );
  process.exitCode = 1;
}
