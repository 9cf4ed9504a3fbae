import type { Annotation } from './model.ts';

/** What a step writes goes through here: commands are acted on, secrets never reach the log. */
export interface StepLog {
  /** Takes one line of output, which may be a workflow command (`::add-mask::`). */
  output: (line: string) => void;
  /** Writes a line of the runner's own. */
  note: (line: string) => void;
}

/** Secrets of a job that are replaced in everything it writes. */
export interface Masks {
  add(value: string): void;
  apply(text: string): string;
}

/** Makes an empty set of masks; of a secret of several lines, each line is one. */
export function createMasks(): Masks {
  let secrets: string[] = [];
  return {
    add: (value) => {
      const lines = value.split(/\r?\n/).filter((line) => line.trim().length > 2);
      secrets = [...new Set([...secrets, ...lines])].toSorted((a, b) => b.length - a.length);
    },
    apply: (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
  };
}

/** Where a step's log goes. */
export interface StepLogTarget {
  masks: Masks;
  append: (line: string) => void;
  annotate: (annotation: Annotation) => void;
  /** `::set-env::`-like commands that GitHub has switched off are only named in the log. */
  now: () => string;
}

/**
 * Makes the log of one step.
 *
 * Source: docs.github.com, "Workflow commands for GitHub Actions"; raw logs show `##[group]` and `##[error]`.
 */
export function createStepLog(target: StepLogTarget): StepLog {
  let stopToken: string | null = null;
  const note = (line: string): void => target.append(`${target.now()} ${target.masks.apply(line)}`);

  const act = (command: Command): void => {
    const { name, message } = command;
    if (name === 'add-mask') target.masks.add(message);
    else if (name === 'group') note(`##[group]${message}`);
    else if (name === 'endgroup') note('##[endgroup]');
    else if (name === 'debug') note(`##[debug]${message}`);
    else if (name === 'stop-commands') stopToken = message;
    else if (isAnnotation(name)) {
      note(`##[${name}]${message}`);
      target.annotate(annotationOf(command, target.masks.apply(message)));
    } else note(`##[warning]The command '${name}' is not supported`);
  };

  return {
    note,
    output: (line) => {
      const command = parseCommand(line) ?? parseOldCommand(line);
      if (stopToken !== null) {
        if (command?.name === stopToken) stopToken = null;
        else note(line);
      } else if (command) act(command);
      else note(line);
    },
  };
}

interface Command {
  name: string;
  properties: { [name: string]: string };
  message: string;
}

/** Reads `::name key=value,key=value::message` with its escapes. */
function parseCommand(line: string): Command | null {
  const match = /^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line);
  if (!match) return null;
  const [, name = '', written = '', message = ''] = match;
  const properties = Object.fromEntries(
    written
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), unescape(pair.slice(at + 1))];
      }),
  );
  return { name: name.toLowerCase(), properties, message: unescape(message) };
}

/** Names that a runner knows; anything else in brackets is text. */
const KNOWN =
  /^(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)$/i;

/**
 * Reads the form of old, `##[name key=value;key=value]message`, which counts wherever it stands in a line.
 *
 * Source: actions/runner, ActionCommand.TryParse, asked when the line is no command of today.
 */
function parseOldCommand(line: string): Command | null {
  const [, name = '', message = ''] = /^.*?##\[([^\s\]]*)[^\]]*\](.*)$/.exec(line) ?? [];
  return KNOWN.test(name) ? { name: name.toLowerCase(), properties: {}, message } : null;
}

const ESCAPES: { [code: string]: string } = { '%25': '%', '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' };

function unescape(text: string): string {
  return text.replaceAll(/%(25|0D|0A|3A|2C)/gi, (code) => ESCAPES[code.toUpperCase()] ?? code);
}

const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const;

function isAnnotation(name: string): name is keyof typeof LEVELS {
  return name in LEVELS;
}

function annotationOf(command: Command, message: string): Annotation {
  const { title = null, file = null, line } = command.properties;
  return {
    level: isAnnotation(command.name) ? LEVELS[command.name] : 'notice',
    message,
    title,
    path: file,
    line: line === undefined ? null : Number(line),
  };
}
