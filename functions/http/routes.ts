import { calendarRoutes } from './calendars';
import { changeRequestRoutes } from './change-requests';
import { commandRoutes } from './commands';
import { cutoverRoutes } from './cutovers';
import { deadLetterRoutes } from './dead-letters';
import { decisionPageRoutes } from './decision-page/routes';
import { doctorRoutes } from './doctor';
import type { Route } from './edge/route';
import { environmentRoutes } from './environments';
import { gateRoutes } from './gates';
import { importRoutes } from './imports';
import { lessonRoutes } from './lessons';
import { logRoutes } from './logs';
import { planActionRoutes } from './plan-actions';
import { planDocumentRoutes } from './plan-documents';
import { planSimulationRoutes } from './plan-simulation';
import { planRoutes } from './plans';
import { portfolioUpkeepRoutes } from './portfolio-upkeep';
import { portfolioRoutes } from './portfolios';
import { reportRoutes } from './reports';
import { serviceInfoRoutes } from './service-info';
import { templateRoutes } from './templates';
import { tokenRoutes } from './tokens';
import { waveRoutes } from './waves';
import { workloadRoutes } from './workloads';

/** The whole API as data. Operation names and paths are what clients hold: add, never rename. */
export const routes: readonly Route[] = [
  ...workloadRoutes,
  ...waveRoutes,
  ...portfolioRoutes,
  ...portfolioUpkeepRoutes,
  ...lessonRoutes,
  ...planRoutes,
  ...planActionRoutes,
  ...planDocumentRoutes,
  ...calendarRoutes,
  ...planSimulationRoutes,
  ...templateRoutes,
  ...environmentRoutes,
  ...cutoverRoutes,
  ...reportRoutes,
  ...commandRoutes,
  ...gateRoutes,
  ...decisionPageRoutes,
  ...importRoutes,
  ...logRoutes,
  ...changeRequestRoutes,
  ...deadLetterRoutes,
  ...tokenRoutes,
  ...doctorRoutes,
  ...serviceInfoRoutes(() => routes),
];
