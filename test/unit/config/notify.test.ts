import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';
import { MESSAGE_KINDS } from '../../../src/domain/message/event.ts';

function read(text: string) {
  return parsePolicy(text, 'tonic.yml');
}

function problemsIn(text: string): string[] {
  const reading = read(text);
  if (reading.kind !== 'broken') return [];
  return reading.problems.map(({ path, line, message }) => `${line} ${path} ${message}`);
}

describe('notify', () => {
  it('tells nobody anything without a channel', () => {
    expect(read('')).toMatchObject({ policy: { notify: { channels: [] } } });
  });

  it('reads channels in the order in which they are written, with the language of all', () => {
    const reading = read(`
notify:
  locale: zh-hant
  channels:
    ops: { kind: webhook, url_env: NOTIFY_OPS_URL, secret_env: NOTIFY_OPS_SECRET }
    boss: { kind: webhook, url_env: NOTIFY_A, secret_env: NOTIFY_B, locale: en, events: [slot_failed] }
`);
    expect(reading).toMatchObject({
      policy: {
        notify: {
          channels: [
            {
              name: 'ops',
              kind: 'webhook',
              locale: 'zh-hant',
              events: MESSAGE_KINDS,
              urlEnv: 'NOTIFY_OPS_URL',
              secretEnv: 'NOTIFY_OPS_SECRET',
            },
            { name: 'boss', locale: 'en', events: ['slot_failed'] },
          ],
        },
      },
    });
  });

  it('refuses a channel that lacks what its kind needs', () => {
    expect(problemsIn('notify: { channels: { ops: { kind: webhook, url_env: NOTIFY_URL } } }')).toEqual([
      '1 notify.channels.ops.secret_env is needed for a channel of kind "webhook"',
    ]);
  });

  it('refuses every variable that is not for messages, so that no configuration gives others away', () => {
    const channel = '{ kind: webhook, url_env: NOTIFY_URL, secret_env: PRIVATE_KEY }';
    expect(problemsIn(`notify: { channels: { ops: ${channel} } }`).join('\n')).toContain(
      'begins with "NOTIFY_"',
    );
  });

  it('refuses a template that names what its message does not have, and says what it has', () => {
    const text = `
notify:
  templates:
    slot_skipped: |
      {slot} skipped: {why}
`;
    expect(problemsIn(text)).toEqual([
      '4 notify.templates.slot_skipped {why} is no fact of this message; it has {slot}, {bugs}, {reason}',
    ]);
  });

  it('knows what somebody may have meant by an event', () => {
    expect(problemsIn('notify: { templates: { slot_skiped: no } }')).toEqual([
      '1 notify.templates.slot_skiped is not known here; did you mean "slot_skipped"?',
    ]);
  });
});
