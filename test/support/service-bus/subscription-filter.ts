import type { AmqpMessage, Property } from './received-message';

/** A rule of a subscription, as a template declares it. A subscription takes what one of its rules lets through. */
export type SubscriptionRule =
  | {
      readonly kind: 'correlation';
      readonly label?: string;
      readonly properties?: Readonly<Record<string, Property>>;
    }
  | { readonly kind: 'sql'; readonly expression: string };

export type Filter = (message: AmqpMessage) => boolean;

/** No rules: everything. Of SQL it knows comparisons by `=` and `IN`, and `IS [NOT] NULL`, joined by `AND`; it throws on the rest. */
export const filterOf = (rules: readonly SubscriptionRule[]): Filter => {
  if (rules.length === 0) return () => true;
  const filters = rules.map((rule) =>
    rule.kind === 'sql' ? sqlFilter(rule.expression) : correlationFilter(rule),
  );
  return (message) => filters.some((filter) => filter(message));
};

const correlationFilter =
  ({ label, properties = {} }: { label?: string; properties?: Readonly<Record<string, Property>> }): Filter =>
  (message) =>
    (label === undefined || label === message.subject) &&
    Object.entries(properties).every(([name, value]) => message.application_properties?.[name] === value);

const sqlFilter = (expression: string): Filter => {
  const terms = expression.split(/\s+AND\s+/i).map(termOf);
  return (message) => terms.every((term) => term(message));
};

const NAME = String.raw`((?:sys\.)?[A-Za-z_][\w-]*|\[[^\]]+\])`;
const TERMS: readonly [RegExp, (value: Property | undefined, given: readonly string[]) => boolean][] = [
  [new RegExp(`^${NAME}\\s*=\\s*('[^']*')$`, 'i'), (value, given) => given.includes(String(value))],
  [new RegExp(`^${NAME}\\s+IN\\s*\\(([^)]*)\\)$`, 'i'), (value, given) => given.includes(String(value))],
  [new RegExp(`^${NAME}\\s+IS\\s+NULL$`, 'i'), (value) => value === undefined],
  [new RegExp(`^${NAME}\\s+IS\\s+NOT\\s+NULL$`, 'i'), (value) => value !== undefined],
];

const termOf = (text: string): Filter => {
  for (const [pattern, holds] of TERMS) {
    const [, name, values = ''] = pattern.exec(text.trim()) ?? [];
    if (name === undefined) continue;
    const given = [...values.matchAll(/'([^']*)'/g)].map(([, value]) => value ?? '');
    return (message) => holds(propertyOf(message, name), given);
  }
  throw new Error(`a filter this broker does not know: ${text}`);
};

const propertyOf = (message: AmqpMessage, name: string): Property | undefined => {
  const plain = name.replace(/^\[|\]$/g, '');
  if (/^sys\.label$/i.test(plain)) return message.subject;
  if (/^sys\.sessionid$/i.test(plain)) return message.group_id;
  return message.application_properties?.[plain];
};
