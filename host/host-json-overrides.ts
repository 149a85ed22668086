import { HostError } from './host-error';
import type { HostJson, Settings } from './host-settings';

const PREFIX = 'azurefunctionsjobhost__';

/** What this host reads of host.json, by its path: `*` is any name, `#` the place in a list. */
const KNOWN = {
  functionTimeout: 'text',
  'logging.logLevel.*': 'text',
  'extensions.http.routePrefix': 'text',
  'extensions.durableTask.hubName': 'text',
  'extensions.durableTask.defaultVersion': 'text',
  'extensions.durableTask.versionMatchStrategy': 'text',
  'extensions.durableTask.versionFailureStrategy': 'text',
  'extensions.durableTask.maxConcurrentActivityFunctions': 'number',
  'extensions.durableTask.maxConcurrentEntityFunctions': 'number',
  'extensions.durableTask.maxEntityOperationBatchSize': 'number',
  'extensions.durableTask.extendedSessionsEnabled': 'flag',
  'extensions.durableTask.retentionPolicies.#.retentionPeriodInDays': 'number',
  'extensions.durableTask.retentionPolicies.#.orchestrationState': 'text',
  'extensions.serviceBus.maxConcurrentCalls': 'number',
  'extensions.serviceBus.maxConcurrentSessions': 'number',
  'extensions.serviceBus.maxMessageBatchSize': 'number',
  'extensions.serviceBus.autoCompleteMessages': 'flag',
  'extensions.serviceBus.maxAutoLockRenewalDuration': 'text',
  'extensions.serviceBus.sessionIdleTimeout': 'text',
} as const;
type Kind = (typeof KNOWN)[keyof typeof KNOWN];

const READ: Readonly<Record<Kind, { readonly wanted: string; of(text: string): unknown }>> = {
  text: { wanted: 'text', of: (text) => text },
  number: { wanted: 'a number', of: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined) },
  flag: {
    wanted: 'true or false',
    of: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined),
  },
};

/**
 * host.json with what app settings say of it, as on Azure: `AzureFunctionsJobHost__extensions__http__routePrefix` wins over the file,
 * names in any case. `unread` names those that set nothing this host reads. Throws HostError `settings-invalid` for one of the wrong type.
 */
export const withOverrides = (
  hostJson: HostJson,
  settings: Settings,
): { readonly hostJson: HostJson; readonly unread: readonly string[] } => {
  const changed = structuredClone(hostJson) as Record<string, unknown>;
  const unread: string[] = [];
  for (const [name, text] of Object.entries(settings)) {
    if (text === undefined || !name.toLowerCase().startsWith(PREFIX)) continue;
    const found = knownPath(name.slice(PREFIX.length).split('__'));
    if (found === null) unread.push(name);
    else put(changed, found.path, valueOf(name, text, found.kind));
  }
  return { hostJson: changed, unread };
};

const knownPath = (
  given: readonly string[],
): { readonly path: readonly string[]; readonly kind: Kind } | null => {
  for (const [pattern, kind] of Object.entries(KNOWN)) {
    const parts = pattern.split('.');
    const isIt = (part: string, at: number): boolean => {
      const name = given[at] ?? '';
      return part === '*'
        ? name !== ''
        : part === '#'
          ? /^\d{1,2}$/.test(name)
          : part.toLowerCase() === name.toLowerCase();
    };
    if (parts.length === given.length && parts.every(isIt))
      return { path: parts.map((part, at) => (/[*#]/.test(part) ? (given[at] ?? '') : part)), kind };
  }
  return null;
};

const valueOf = (name: string, text: string, kind: Kind): unknown => {
  const value = READ[kind].of(text);
  if (value !== undefined) return value;
  throw new HostError('settings-invalid', `App setting ${name} must be ${READ[kind].wanted}, not "${text}".`);
};

const put = (root: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  let at = root;
  for (const [index, name] of path.entries()) {
    const next = path[index + 1];
    if (next === undefined) at[name] = value;
    else if (typeof at[name] !== 'object' || at[name] === null) at[name] = /^\d+$/.test(next) ? [] : {};
    at = at[name] as Record<string, unknown>;
  }
};
