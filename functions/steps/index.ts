import { backUpSource } from './backup';
import { copyPart, enumerateSource, finishPass } from './files';
import { freezeSource, unfreezeSource } from './freeze';
import { observeTarget } from './observe';
import { announceSuccess, confirmManualChecks, confirmStandby, notifyStakeholders } from './people';
import { byAsset } from './by-asset';
import { databaseSteps } from './postgres';
import { copyRows, enumerateRows, finishRows } from './postgres/offline';
import { checkReadiness } from './readiness';
import { deployRelease, redeployPrevious, startRelease } from './release';
import { driveRunbook } from './runbook';
import { startSource, stopSource } from './source';
import { stabilise } from './stabilise';
import type { Steps } from './step';
import { restoreOnTarget, startTarget, stopTarget } from './target';
import { redirectTraffic, restoreTraffic } from './traffic';
import { confirmServicesHealthy, validateTarget } from './validate';
import { verifyItems } from './verify-items';
import { verifyRollback } from './verify-rollback';
import { verifyTarget } from './verify-target';

/** Every step by its stored name. */
export const steps: Steps = {
  checkReadiness,
  notifyStakeholders,
  confirmStandby,
  freezeSource,
  unfreezeSource,
  verifyTarget,
  stopSource,
  startSource,
  backUpSource,
  enumerateSource: byAsset({ files: enumerateSource, postgres: enumerateRows }),
  copyPart: byAsset({ files: copyPart, postgres: copyRows }),
  finishPass: byAsset({ files: finishPass, postgres: finishRows }),
  driveRunbook,
  restoreOnTarget,
  verifyItems,
  startTarget,
  stopTarget,
  validateTarget,
  confirmManualChecks,
  confirmServicesHealthy,
  redirectTraffic,
  restoreTraffic,
  observeTarget,
  announceSuccess,
  stabilise,
  verifyRollback,
  deployRelease,
  redeployPrevious,
  startRelease,
  ...databaseSteps,
};
