/**
 * Asks a question about things that never change, such as commits by their names, once: the newest `most` answers are
 * remembered. Who asks meanwhile waits for the same answer; a failure is asked again.
 */
export function remembered<Args extends readonly unknown[], Answer>(
  most: number,
  ask: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...args) => {
    const question = JSON.stringify(args);
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask(...args);
    answers.set(question, answer);
    answer.catch(() => answers.delete(question));
    const [oldest] = answers.keys();
    if (answers.size > most && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}
