/** The time the application goes by; in tests it can be moved. Orchestrations never use it: they have the engine's. */
export interface Clock {
  now(): Date;
}
