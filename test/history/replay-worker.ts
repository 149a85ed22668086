/** A process of its own that replays recorded histories: applications cannot be loaded within jest, which has its own module registry. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FunctionsCore } from '../../host/loader/functions-core';
import { loadedOrchestrator } from '../support/loaded-orchestrator';
import type * as today from '../../functions/orchestrations';
import type * as changed from './changed-orchestrations';
import type { RecordedHistory } from './recorded-history';
import { replayHistory } from './replay-history';

const [change = '', ...files] = process.argv.slice(2);

/** Loaded late: the SDK asks for the host's core as soon as it is there. */
const load = createRequire(__filename) as <T>(path: string) => T;

const register = (): void => {
  if (change === '') load<typeof today>('../../functions/orchestrations').registerOrchestrations();
  else load<typeof changed>('./changed-orchestrations').registerChanged(change);
};

const replayAll = async (): Promise<void> => {
  const core = new FunctionsCore(() => undefined);
  core.install();
  register();
  for (const file of files) {
    const history = JSON.parse(readFileSync(file, 'utf8')) as RecordedHistory;
    const registration = core.registrations.find(({ metadata }) => metadata.name === history.name);
    if (registration === undefined) throw new Error(`no orchestration ${history.name} is registered`);
    const verdict = await replayHistory(loadedOrchestrator(registration, core), history);
    process.stdout.write(`${JSON.stringify({ file, verdict })}\n`);
  }
};

void replayAll();
