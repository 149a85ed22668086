import { app } from '@azure/functions';
import { ArmMigrateProjects } from '../shared/adapters/arm/arm-migrate-projects';
import { ArmRunbooks } from '../shared/adapters/arm/arm-runbooks';
import { HttpReleasePipelines } from '../shared/adapters/release-pipelines/http-release-pipelines';
import { OutboundHttpProbe } from '../shared/adapters/safe-http/outbound-http-probe';
import { ICalendarReader } from '../shared/adapters/icalendar/icalendar-reader';
import { FileTableReader } from '../shared/adapters/tables/file-table-reader';
import { XlsxWorkbooks } from '../shared/adapters/workbook/xlsx-workbooks';
import { TeamsNotifier } from '../shared/adapters/teams/teams-notifier';
import { controlsFor } from '../shared/adapters/workload-controls/controls-for';
import { HttpScripts } from '../shared/adapters/workload-controls/http-scripts';
import { itineraries } from '../orchestrations/itineraries';
import { version } from '../package.json';
import { registerActivities } from './activities/register';
import { builtInTemplates } from './built-in-templates';
import { openArmClient, openAzureResources } from './arm-client';
import { differingRows } from './differing-rows';
import { openDoctor } from './doctor/open-doctor';
import { endpointProbe } from './endpoint-probe';
import { registerHttp } from './http/register';
import { openIdentity } from './identity';
import { inProcessWorker } from './in-process-worker';
import { itemLog } from './item-log';
import type * as AzureAdapters from './azure-adapters';
import type * as LocalAdapters from './local-adapters';
import { registerAnchorLogs } from './messages/anchor-logs';
import { registerLearn } from './messages/learn';
import { registerRelay } from './messages/relay';
import { registerTeams } from './messages/teams';
import { registerWake } from './messages/wake';
import { registerOrchestrations } from './orchestrations';
import type { Adapters, Services } from './services';
import { readSettings } from './settings';
import { steps } from './steps';
import { registerTimers } from './timers/register';
import { trafficSwitches } from './traffic-switches';
import { welcome } from './welcome';

/** The composition root, in both homes: one setting chooses the adapters, and only those are loaded. */
const settings = readSettings(process.env);
/* eslint-disable @typescript-eslint/no-require-imports -- registration is synchronous, and the other home's adapters must not be loaded */
const homes = {
  local: () => (require('./local-adapters') as typeof LocalAdapters).openAdapters(settings),
  azure: () => (require('./azure-adapters') as typeof AzureAdapters).openAdapters(settings),
} satisfies Record<typeof settings.home, () => Adapters>;
/* eslint-enable @typescript-eslint/no-require-imports */

const adapters = homes[settings.home]();
const teams = new TeamsNotifier({ ...adapters, secretName: settings.teamsWebhookSecret });
const services: Services = {
  ...adapters,
  settings,
  ledger: { store: adapters.store, clock: adapters.clock, itineraries },
  notifier: teams,
  probe: new OutboundHttpProbe(adapters.http),
  runbooks: new ArmRunbooks(openArmClient(settings), adapters.secrets),
  releases: new HttpReleasePipelines(adapters.http, adapters.secrets),
  azure: openAzureResources(settings),
  endpoints: endpointProbe(settings.allowedAddresses, adapters.http, openArmClient(settings)),
  scripts: new HttpScripts(adapters),
  worker: inProcessWorker(() => services, steps),
  traffic: trafficSwitches({ settings, ...adapters }),
  controlsOf: (workload) => controlsFor(workload.controls, adapters),
};

const identity = openIdentity(settings.identity, adapters.clock);
registerHttp(app, {
  ledger: services.ledger,
  journal: services.journal,
  tables: new FileTableReader(),
  calendars: new ICalendarReader(),
  workbooks: new XlsxWorkbooks(),
  secrets: services.secrets,
  deadLetters: services.deadLetters,
  itemLog: itemLog(services.journal),
  differingRows: differingRows(services.journal),
  migrateProjects: new ArmMigrateProjects(openArmClient(settings)),
  templates: builtInTemplates,
  identity,
  diagnose: openDoctor(services, identity, version),
  settings: { publicUrl: () => settings.publicUrl(), version },
});
if (settings.serves === 'everything') {
  registerOrchestrations();
  registerActivities(services);
  registerRelay(app, services);
  registerWake(app, services);
  registerAnchorLogs(app, services);
  registerLearn(app, services);
  registerTeams(app, { ...services, gateNotifier: teams });
  registerTimers(app, services);
}
if (settings.home === 'local') app.hook.appStart(() => void process.stdout.write(welcome(settings)));
app.hook.appTerminate(() => adapters.close());
