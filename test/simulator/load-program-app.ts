import path from 'node:path';
import type { LoadedFunction } from '../../host/function-app';
import { loadApp } from '../../host/loader/load-app';
import { LogLevels } from '../../host/log-levels';

export const PROGRAM_APP = path.join(__dirname, 'app');

/** The application that interprets programs. Only one can be loaded in a process. */
export const loadProgramApp = async (): Promise<readonly LoadedFunction[]> => {
  const { functions } = await loadApp({
    appDir: PROGRAM_APP,
    settings: {},
    log: () => undefined,
    logLevels: new LogLevels({}),
    functionTimeoutMs: Infinity,
    clientPayload: () => null,
    writeOutput: async () => undefined,
  });
  return functions;
};
