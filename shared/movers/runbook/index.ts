export type { DriveContext, Driven, DriveInput } from './drive-context';
export { driveRunbook } from './drive-runbook';
export type { RunbookPhase, StepAnswer } from './next-move';
export type { RunbookEntry, RunbookMemory } from './runbook-memory';
export { cancelRun, pauseRun, type Stopped } from './stop-run';
