const LONGEST_LINE = 65_536;

const LINE_END = /\r\n|\n|\r/u;

/** Stands for a line that is too long: cut, it could end in the middle of a secret, which nothing would recognise. */
export const LEFT_OUT = `(a line of more than ${LONGEST_LINE} characters is left out)`;

/** Gives whole lines out of chunks of text, as they come. */
export interface LineSplitter {
  push(chunk: string): void;
  /** The last line may lack its end. */
  end(): void;
}

/** Splits at any line end; a carriage return alone, as progress bars write it, is one. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  let isTooLong = false;

  function finish(line: string): void {
    onLine(isTooLong || line.length > LONGEST_LINE ? LEFT_OUT : line);
    isTooLong = false;
  }

  return {
    push(chunk) {
      const parts = (rest + chunk).split(LINE_END);
      rest = parts.pop() ?? '';
      for (const line of parts) finish(line);
      if (rest.length <= LONGEST_LINE) return;
      isTooLong = true;
      rest = '';
    },
    end() {
      if (rest !== '' || isTooLong) finish(rest);
      rest = '';
    },
  };
}
