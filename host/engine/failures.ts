/** The texts of failures, as Azure words them: applications read them in `error.message` and in an instance's output. */

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `reason` and `details` of a failed activity; the SDK joins them as "reason \n details". */
export const activityFailure = (name: string, error: unknown): { reason: string; details: string } => {
  const message = messageOf(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return {
    reason: `Activity function '${name}' failed:  ${message}`,
    details: JSON.stringify({
      $type: 'System.Exception, System.Private.CoreLib',
      ClassName: 'System.Exception',
      Message: ` ${message}`,
      Data: null,
      InnerException: {
        Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
        InnerException: null,
      },
      StackTraceString: null,
    }),
  };
};

export const orchestratorFailure = (name: string, message: string): string =>
  `Orchestrator function '${name}' failed: ${message}`;

/** What a parent is told about its failed child; the message without the child's prefix comes again in the details. */
export const childFailure = (name: string, output: string): { reason: string; details: string } => {
  const prefix = orchestratorFailure(name, '');
  const message = output.startsWith(prefix) ? output.slice(prefix.length) : output;
  return { reason: output, details: `Message: ${message}, StackTrace: ` };
};
