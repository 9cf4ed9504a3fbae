import type { FileChange } from './working-copy.ts';
import type { Scene } from './scene.ts';

/** A person reports a bug; the story calls it `name` from now on. */
export function reports(
  login: string,
  name: string,
  report: { readonly title: string; readonly body: string },
) {
  return async (scene: Scene): Promise<void> => {
    scene.plot.set(name, await scene.actor(login).report(report));
  };
}

/** A person labels issues. */
export function labels(login: string, given: Readonly<Record<string, readonly string[]>>) {
  return async (scene: Scene): Promise<void> => {
    for (const [name, names] of Object.entries(given))
      await scene.actor(login).label(scene.numberOf(name), names);
  };
}

/** A person writes a comment on each of some issues; `{name}` in it becomes that number. */
export function says(login: string, names: readonly string[], text: string) {
  return async (scene: Scene): Promise<void> => {
    const said = text.replaceAll(/\{([\w.-]+)\}/gu, (_, name: string) => `#${scene.numberOf(name)}`);
    for (const name of names) await scene.actor(login).say(scene.numberOf(name), said);
  };
}

/** A person pushes a fix of the bug `name` and opens a pull request, from now on called `<name>.fix`. */
export function offersFix(
  login: string,
  name: string,
  fix: { readonly base: string; readonly title: string; readonly changes: readonly FileChange[] },
) {
  return async (scene: Scene): Promise<void> => {
    const number = await scene.actor(login).propose({
      ...fix,
      branch: `fix/${name}`,
      body: `Fixes #${scene.numberOf(name)}`,
    });
    scene.plot.set(`${name}.fix`, number);
  };
}

/** A person approves pull requests in reviews. */
export function approves(login: string, names: readonly string[]) {
  return async (scene: Scene): Promise<void> => {
    for (const name of names) await scene.actor(login).approve(scene.numberOf(name));
  };
}

/** A person freezes what slots deploy until a day of the story. */
export function freezes(
  login: string,
  freeze: { readonly on: string; readonly untilDay: number; readonly reason: string },
) {
  return async (scene: Scene): Promise<void> => {
    const until = scene.demo.date(freeze.untilDay);
    await scene.actor(login).say(scene.numberOf(freeze.on), `/freeze until ${until} ${freeze.reason}`);
  };
}

/** One after the other; each once all that follows from the one before is done. */
export function together(...deeds: readonly ((scene: Scene) => Promise<void>)[]) {
  return async (scene: Scene): Promise<void> => {
    for (const deed of deeds) {
      await deed(scene);
      await scene.demo.settle();
    }
  };
}
