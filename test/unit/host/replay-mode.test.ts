import { describe, expect, it } from '@jest/globals';
import { replayModeOf } from '../../../host/replay-mode';

const hostJson = (extendedSessionsEnabled: unknown) => ({
  extensions: { durableTask: { extendedSessionsEnabled } },
});

describe('how orchestrators go on', () => {
  it.each([
    ['sessions', {}, {}],
    ['sessions', {}, hostJson(true)],
    ['always', {}, hostJson(false)],
    ['checked', { CAUSEWAY_REPLAY: 'checked' }, hostJson(false)],
    ['sessions', { CAUSEWAY_REPLAY: '' }, {}],
  ])('is %s with settings %j and host.json %j', (mode, settings, json) => {
    expect(replayModeOf(settings, json)).toBe(mode);
  });

  it('is refused where it is none of them, with what it may be', () => {
    expect(() => replayModeOf({ CAUSEWAY_REPLAY: 'never' }, {})).toThrow(
      'CAUSEWAY_REPLAY is "never"; it may be sessions, always or checked.',
    );
  });
});
