import { z } from 'zod';
import { Command } from '../contracts/command';
import { Cutover } from '../contracts/cutover';
import { Environment, KeptTemplate, WhatIf } from '../contracts/environment';
import { CausewayEvent } from '../contracts/event';
import { Gate } from '../contracts/gate';
import { LogEntry } from '../contracts/log-entry';
import { Lesson, WaveForecast } from '../contracts/planning/lesson';
import { PortfolioVersion, RecordedPlan, RecordedPortfolio } from '../contracts/planning/records';
import { AccessToken } from '../contracts/principal';
import {
  CommandKey,
  CutoverClaim,
  KeptConfiguration,
  Observation,
  RecordedWorkload,
  RunbookRun,
  SeenId,
  TrafficLadder,
  WorkloadLease,
  WorkRecord,
} from '../contracts/records';
import { DatabaseProgress, DataReport, StandingReplication } from '../contracts/replication';
import { Template } from '../contracts/template';
import { Progress } from '../contracts/transfer';
import { Wave } from '../contracts/wave';
import type { DocumentType } from '../ports/store';

/** Every kind of document there is. Names are stored data: add, never rename. */

export const workloadType: DocumentType<RecordedWorkload> = {
  name: 'workload',
  schema: RecordedWorkload,
  index: (workload) => ({ all: 'workload', id: workload.id }),
};

export const waveType: DocumentType<Wave> = {
  name: 'wave',
  schema: Wave,
  index: (wave) => ({
    all: 'wave',
    status: wave.status,
    ...(wave.changeTicket === null ? {} : { ticket: wave.changeTicket }),
    ...(wave.status === 'planned' && wave.scheduledStart !== null ? { due: wave.scheduledStart } : {}),
  }),
};

export const cutoverType: DocumentType<Cutover> = {
  name: 'cutover',
  schema: Cutover,
  index: (cutover) => ({
    all: 'cutover',
    wave: cutover.waveId,
    workload: cutover.workloadId,
    active: cutover.endedAt === null ? 'yes' : 'no',
  }),
};

export const gateType: DocumentType<Gate> = {
  name: 'gate',
  schema: Gate,
  index: (gate) => ({ id: gate.id, status: gate.status, subject: gate.subject }),
};

export const environmentType: DocumentType<Environment> = {
  name: 'environment',
  schema: Environment,
  index: (environment) => ({
    all: 'environment',
    workload: environment.workloadId,
    active: environment.active ? 'yes' : 'no',
  }),
};
export const keptTemplateType: DocumentType<KeptTemplate> = { name: 'kept-template', schema: KeptTemplate };
export const whatIfType: DocumentType<WhatIf> = { name: 'what-if', schema: WhatIf };

export const templateType: DocumentType<Template> = {
  name: 'template',
  schema: Template,
  index: () => ({ all: 'template' }),
};

export const portfolioType: DocumentType<RecordedPortfolio> = {
  name: 'portfolio',
  schema: RecordedPortfolio,
  index: () => ({ all: 'portfolio' }),
};
/** In the partition of its portfolio, by its number. */
export const portfolioVersionType: DocumentType<PortfolioVersion> = {
  name: 'portfolio-version',
  schema: PortfolioVersion,
};
export const planType: DocumentType<RecordedPlan> = {
  name: 'plan',
  schema: RecordedPlan,
  index: (plan) => ({ all: 'plan', portfolio: plan.portfolioId }),
};
/** In the partition of its portfolio, by the id of its cutover. */
export const lessonType: DocumentType<Lesson> = { name: 'lesson', schema: Lesson };
/** In the partition of its wave. */
export const waveForecastType: DocumentType<WaveForecast> = { name: 'wave-forecast', schema: WaveForecast };
export const WAVE_FORECAST_ID = 'forecast';

export const commandType: DocumentType<Command> = { name: 'command', schema: Command };
export const logEntryType: DocumentType<LogEntry> = { name: 'log-entry', schema: LogEntry };
export const eventType: DocumentType<CausewayEvent> = { name: 'event', schema: CausewayEvent };
export const workRecordType: DocumentType<WorkRecord> = { name: 'work', schema: WorkRecord };
export const progressType: DocumentType<Progress> = { name: 'progress', schema: Progress };
export const databaseProgressType: DocumentType<DatabaseProgress> = {
  name: 'database-progress',
  schema: DatabaseProgress,
};
export const dataReportType: DocumentType<DataReport> = { name: 'data-report', schema: DataReport };
export const standingReplicationType: DocumentType<StandingReplication> = {
  name: 'standing-replication',
  schema: StandingReplication,
  index: ({ givenUp }) => (givenUp === null ? { all: 'standing-replication' } : {}),
};
export const observationType: DocumentType<Observation> = { name: 'observation', schema: Observation };
export const keptConfigurationType: DocumentType<KeptConfiguration> = {
  name: 'kept-configuration',
  schema: KeptConfiguration,
};
export const runbookRunType: DocumentType<RunbookRun> = { name: 'runbook-run', schema: RunbookRun };
export const trafficLadderType: DocumentType<TrafficLadder> = {
  name: 'traffic-ladder',
  schema: TrafficLadder,
};
export const workloadLeaseType: DocumentType<WorkloadLease> = {
  name: 'workload-lease',
  schema: WorkloadLease,
};
export const cutoverClaimType: DocumentType<CutoverClaim> = { name: 'cutover-claim', schema: CutoverClaim };
export const commandKeyType: DocumentType<CommandKey> = { name: 'command-key', schema: CommandKey };
export const seenIdType: DocumentType<SeenId> = { name: 'seen', schema: SeenId };
export const accessTokenType: DocumentType<AccessToken> = {
  name: 'access-token',
  schema: AccessToken,
  index: (token) => ({ all: 'token', name: token.principal.name }),
};

/** An answer kept for a repeated request with the same Idempotency-Key. */
export const IdempotentAnswer = z.object({
  bodyHash: z.string(),
  /** Null while the first request is under way. */
  answer: z
    .object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string() })
    .nullable(),
  expiresAt: z.string(),
});
export type IdempotentAnswer = z.infer<typeof IdempotentAnswer>;
export const idempotentAnswerType: DocumentType<IdempotentAnswer> = {
  name: 'idempotent-answer',
  schema: IdempotentAnswer,
  index: (answer) => ({ expires: answer.expiresAt }),
};

export const workloadPartition = (id: string): string => `workload:${id}`;
export const wavePartition = (id: string): string => `wave:${id}`;
export const cutoverPartition = (id: string): string => `cutover:${id}`;
export const environmentPartition = (id: string): string => `environment:${id}`;
export const templatePartition = (name: string): string => `template:${name}`;
export const portfolioPartition = (id: string): string => `portfolio:${id}`;
export const planPartition = (id: string): string => `plan:${id}`;
export const TOKENS_PARTITION = 'tokens';

/** Sorts as text in numeric order. */
export const sequenceId = (sequence: number): string => String(sequence).padStart(9, '0');

/** Of a template's version, sorting in numeric order. */
export const templateId = (version: number): string => sequenceId(version);
