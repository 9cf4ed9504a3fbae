/** Colours for people at a terminal; plain text for everybody else. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
}

/** Where something is written to, and what its surroundings say about colours. */
export interface Surroundings {
  readonly isTerminal: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Colours on a terminal, none elsewhere nor where `NO_COLOR` is set. Source: no-color.org. */
export function createPaint({ isTerminal, variables }: Surroundings): Paint {
  const isOn = isTerminal && (variables['NO_COLOR'] ?? '') === '' && variables['TERM'] !== 'dumb';
  const wrap = (open: number, close: number) => (text: string) =>
    isOn && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    blue: wrap(34, 39),
    cyan: wrap(36, 39),
  };
}
