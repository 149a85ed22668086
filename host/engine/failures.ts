import { boundedStack, boundedText } from '../bounded-text';

/** A failed activity's reason and details, which the SDK makes one message of, fit in. */
const MAX_ORCHESTRATOR_CHARACTERS = 131_072;

/** The texts of failures, as Azure words them: applications read them in `error.message` and in an instance's output. */

export const messageOf = (error: unknown): string =>
  asText(() => (error instanceof Error ? error.message : error));

/** Handlers may throw anything, also what throws when it is looked at. */
const asText = (read: () => unknown): string => {
  try {
    return String(read());
  } catch {
    return 'something that cannot be read';
  }
};

/** A failure of an activity that is told without the activity's name. */
export class UnprefixedFailure extends Error {
  override name = 'UnprefixedFailure';
}

/** `reason` and `details` of a failed activity; the SDK joins them as "reason \n details". */
export const activityFailure = (name: string, error: unknown): { reason: string; details: string } => {
  const thrown = messageOf(error);
  const message = boundedText(thrown);
  const stack = boundedStack(
    asText(() => (error instanceof Error ? (error.stack ?? '') : '')),
    thrown,
  );
  return {
    reason: error instanceof UnprefixedFailure ? message : `Activity function '${name}' failed:  ${message}`,
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
  `Orchestrator function '${name}' failed: ${boundedText(message, MAX_ORCHESTRATOR_CHARACTERS)}`;

/** What a parent is told about its failed child; the message without the child's prefix comes again in the details. */
export const childFailure = (name: string, output: string): { reason: string; details: string } => {
  const prefix = orchestratorFailure(name, '');
  const message = output.startsWith(prefix) ? output.slice(prefix.length) : output;
  return { reason: output, details: `Message: ${message}, StackTrace: ` };
};
