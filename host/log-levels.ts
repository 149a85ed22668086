import type { ListenerContext } from './function-app';
import { HostError } from './host-error';
import type { HostJson } from './host-settings';

const LEVELS = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** What the host writes for itself, where it names no category. */
const HOST_CATEGORY = 'Host';
const LEVEL_OF = { debug: 'debug', info: 'information', warn: 'warning', error: 'error' } as const;

/** From which level on a category is written: `logging.logLevel` of host.json, where the longest matching category decides. */
export class LogLevels {
  readonly #minimums: ReadonlyMap<string, number>;
  readonly #known = new Map<string, number>();

  constructor(hostJson: HostJson) {
    const configured = (hostJson['logging'] as { logLevel?: Record<string, unknown> } | undefined)?.logLevel;
    this.#minimums = new Map(
      Object.entries(configured ?? {}).map(([category, level]) => [
        category.toLowerCase(),
        rankOf(category, level),
      ]),
    );
  }

  allows(category: string, level: LogLevel): boolean {
    return level !== 'none' && LEVELS.indexOf(level) >= this.#minimumOf(category);
  }

  /** The log without what these levels leave out. */
  filter(log: ListenerContext['log']): ListenerContext['log'] {
    return (level, message, fields) => {
      const category = typeof fields?.['category'] === 'string' ? fields['category'] : HOST_CATEGORY;
      if (this.allows(category, LEVEL_OF[level])) log(level, message, fields);
    };
  }

  #minimumOf(category: string): number {
    let minimum = this.#known.get(category);
    if (minimum === undefined) this.#known.set(category, (minimum = this.#lookUp(category.toLowerCase())));
    return minimum;
  }

  /** `Function.pay.User`, else `Function.pay`, else `Function`, else the default. */
  #lookUp(category: string): number {
    for (
      let prefix = category;
      prefix !== '';
      prefix = prefix.slice(0, Math.max(prefix.lastIndexOf('.'), 0))
    ) {
      const minimum = this.#minimums.get(prefix);
      if (minimum !== undefined) return minimum;
    }
    return this.#minimums.get('default') ?? LEVELS.indexOf('information');
  }
}

const rankOf = (category: string, level: unknown): number => {
  const rank = LEVELS.findIndex((each) => each === String(level).toLowerCase());
  if (rank >= 0) return rank;
  throw new HostError(
    'settings-invalid',
    `host.json: logging.logLevel.${category} must be Trace, Debug, Information, Warning, Error, Critical or None, not ${JSON.stringify(level)}`,
  );
};
