import { HostError } from './host-error';
import type { HostJson, Settings } from './host-settings';
import type { ReplayMode } from './engine/replay/session';

const MODES: readonly ReplayMode[] = ['sessions', 'always', 'checked'];

/** The app setting CAUSEWAY_REPLAY; else host.json's `extendedSessionsEnabled`, which Azure has for other languages. */
export const replayModeOf = (settings: Settings, hostJson: HostJson): ReplayMode => {
  const asked = settings.CAUSEWAY_REPLAY;
  const mode = MODES.find((each) => each === asked);
  if (mode !== undefined) return mode;
  if (asked !== undefined && asked !== '')
    throw new HostError(
      'settings-invalid',
      `CAUSEWAY_REPLAY is "${asked}"; it may be ${MODES.slice(0, -1).join(', ')} or ${MODES.at(-1)}.`,
    );
  const { extensions } = hostJson as { extensions?: { durableTask?: { extendedSessionsEnabled?: unknown } } };
  return extensions?.durableTask?.extendedSessionsEnabled === false ? 'always' : 'sessions';
};
