/** A process of its own that runs an orchestration over a history, given as JSON, and prints what it decides then. */
import { createRequire } from 'node:module';
import { decide } from '../../host/engine/replay/decision';
import type { Episode } from '../../host/engine/history';
import { timedEvents } from '../../host/engine/instance';
import { runOrchestrator } from '../../host/engine/replay/orchestrator-run';
import { FunctionsCore } from '../../host/loader/functions-core';
import { loadedOrchestrator } from '../support/loaded-orchestrator';
import type * as today from '../../functions/orchestrations';

const [name = '', input = '', text = ''] = process.argv.slice(2);
const episodes = JSON.parse(text) as Episode[];
const DAY_MS = 86_400_000;
const TIMERS = { maximumShortTimerMs: 6 * DAY_MS, longTimerIntervalMs: 3 * DAY_MS };

const decideNow = async (): Promise<void> => {
  const core = new FunctionsCore(() => undefined);
  core.install();
  // Loaded late: the SDK asks for the host's core as soon as it is there.
  const load = createRequire(__filename) as <T>(path: string) => T;
  load<typeof today>('../../functions/orchestrations').registerOrchestrations();
  const registration = core.registrations.find(({ metadata }) => metadata.name === name);
  if (registration === undefined) throw new Error(`no orchestration ${name} is registered`);
  const orchestrator = loadedOrchestrator(registration, core);
  const history = episodes.flatMap((episode, index) => timedEvents(episode, index + 1 < episodes.length));
  const instance = { instanceId: 'late', parentInstanceId: null };
  const result = await runOrchestrator(orchestrator, { ...instance, input, history, ...TIMERS });
  const options = { executionId: 'late', instanceId: 'late', ...TIMERS };
  const earlierActions = episodes.at(-2)?.actions ?? 0;
  const decision = decide({ name, history, result, earlierActions, refusal: () => null, options });
  process.stdout.write(JSON.stringify(decision));
};

void decideNow();
