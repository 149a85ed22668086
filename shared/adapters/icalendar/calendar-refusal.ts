/** Why an event or a file is not read; becomes a problem of the reading, never leaves the adapter. */
export class CalendarRefusal extends Error {
  constructor(
    message: string,
    readonly uid: string | null = null,
  ) {
    super(message);
    this.name = 'CalendarRefusal';
  }
}
