import type { LoadedFunction } from '../../host/function-app';
import type { FunctionsCore, Registration } from '../../host/loader/functions-core';
import { bindingsOf, loadedFunction } from '../../host/loader/loaded-function';
import { TimeLimit } from '../../host/loader/time-limit';

/** A registered orchestrator, to be run without a host. */
export const loadedOrchestrator = (registration: Registration, core: FunctionsCore): LoadedFunction =>
  loadedFunction(registration, bindingsOf(registration.metadata), {
    core,
    appHookData: {},
    inputOf: () => null,
    writeOutput: () => Promise.reject(new Error('an orchestrator has no outputs')),
    timeLimit: new TimeLimit(Infinity),
    isCutOff: () => false,
  });
