import type { Command } from '../commands/define.ts';
import { tableCell } from './markdown.ts';

const WHO = {
  anyone: 'anyone',
  triage: 'triage and up',
  write: 'write and up',
  responder: 'responder',
  senior: 'senior',
  admin: 'admin',
};

/** The table of commands, for `/help` and for the docs. */
export function renderHelp(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) => `| ${tableCell(`\`${command.usage}\``)} | ${command.help} | ${WHO[command.role]} |`,
  );
  return ['| command | what it does | who |', '| --- | --- | --- |', ...rows].join('\n');
}
