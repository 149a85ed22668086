import type { AmqpMessage } from './received-message';

const IN = /^(\w+) IN \(('[\w.-]+'(?:,'[\w.-]+')*)\)$/i;

/** Whether a message passes a SQL filter. Of SQL it knows what the template writes, `property IN ('a','b')`, and throws on the rest. */
export const filterOf = (expression: string): ((message: AmqpMessage) => boolean) => {
  const [, property = '', list = ''] = IN.exec(expression) ?? [];
  if (property === '') throw new Error(`a filter this broker does not know: ${expression}`);
  const given = list.split(',').map((quoted) => quoted.slice(1, -1));
  return ({ application_properties: properties }) => given.includes(String(properties?.[property]));
};
