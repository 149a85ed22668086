import { confirmBackup } from './back-up';
import { endReplication, stopReplication } from './end';
import { preflightData } from './preflight';
import { catchUp, startReplication } from './replicate';
import { stabiliseFollowed } from './stabilise';
import { switchBack } from './switch-back';
import { armSwitch, disarmSwitch, switchOver } from './switch-over';
import { verifyLive } from './verify';
import { watchReplication } from './watch';

/** What is done with databases, by its stored name. */
export const databaseSteps = {
  preflightData,
  startReplication,
  stopReplication,
  catchUp,
  verifyLive,
  confirmBackup,
  watchReplication,
  armSwitch,
  disarmSwitch,
  switchOver,
  switchBack,
  stabiliseFollowed,
  endReplication,
};
