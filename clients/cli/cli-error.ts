/** What a command ends with; scripts branch on it. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unavailable: 3, notAllowed: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line for people, one more for each of `details`, and a code for scripts. */
export class CliError extends Error {
  readonly details: readonly string[];
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    { details = [], ...options }: { cause?: unknown; details?: readonly string[] } = {},
  ) {
    super(message, options);
    this.name = 'CliError';
    this.details = details;
  }
}

/** Does `work`, and says of what each refusal of it speaks. */
export async function concerning<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof CliError)) throw cause;
    throw new CliError(cause.exitCode, `${subject}: ${cause.message}`, { cause, details: cause.details });
  }
}

export const usageError = (message: string): CliError => new CliError(EXIT.usage, `${message}; see --help`);
