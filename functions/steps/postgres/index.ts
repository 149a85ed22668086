import { failed, type Step } from '../step';
const notYet: Step = async () => failed('not-yet', 'not yet');
export const databaseSteps = {
  preflightData: notYet,
  startReplication: notYet,
  stopReplication: notYet,
  catchUp: notYet,
  verifyLive: notYet,
  backUpDatabases: notYet,
  watchReplication: notYet,
  armSwitch: notYet,
  disarmSwitch: notYet,
  switchOver: notYet,
  switchBack: notYet,
  stabiliseFollowed: notYet,
  endReplication: notYet,
};
