import type { ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';

/** The functions of one trigger type; types differ in case between the tools that write them. */
export const functionsTriggeredBy = (
  type: string,
  functions: readonly LoadedFunction[],
): readonly LoadedFunction[] =>
  functions.filter(({ trigger }) => trigger.type.toLowerCase() === type.toLowerCase());

/**
 * A text property of the trigger with each `%NAME%` replaced by that app setting.
 * Throws a HostError that names the function where the property or a setting is missing.
 */
export const triggerText = (
  { name, trigger }: LoadedFunction,
  property: string,
  settings: ListenerContext['settings'],
): string => {
  const text = trigger[property];
  if (typeof text !== 'string' || text === '') {
    throw new HostError('app-invalid', `Function "${name}": its ${trigger.type} has no ${property}.`);
  }
  return text.replace(/%([^%]+)%/g, (_, setting: string) => {
    const value = settings[setting];
    if (value !== undefined && value !== '') return value;
    throw new HostError(
      'settings-invalid',
      `Function "${name}": ${property} needs the app setting ${setting}.`,
    );
  });
};
