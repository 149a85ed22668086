import type { LoadedFunction } from '../function-app';
import { HostError } from '../host-error';

/** The functions of one trigger type; types differ in case between the tools that write them. */
export const functionsTriggeredBy = (
  type: string,
  functions: readonly LoadedFunction[],
): readonly LoadedFunction[] =>
  functions.filter(({ trigger }) => trigger.type.toLowerCase() === type.toLowerCase());

/** A text property of the trigger. Throws a HostError that names the function where it is missing. */
export const triggerText = ({ name, trigger }: LoadedFunction, property: string): string => {
  const text = trigger[property];
  if (typeof text === 'string' && text !== '') return text;
  throw new HostError('app-invalid', `Function "${name}": its ${trigger.type} has no ${property}.`);
};
