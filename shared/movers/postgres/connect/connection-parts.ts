import { MigrationError } from '../../../contracts/errors';

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** What a connection string says. Holds the password: never part of a log, an event or an error. */
export interface ConnectionParts {
  /** A name, an address (IPv6 without brackets) or, where it begins with a slash, the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | null;
  readonly sslMode: SslMode;
  /** Path of the authorities' certificates on this machine; `system`: those that come with Node; null: none named. */
  readonly sslRootCert: string | null;
  readonly sslCert: string | null;
  readonly sslKey: string | null;
  readonly sslNegotiation: 'postgres' | 'direct';
  readonly connectTimeoutMs: number | null;
  /** Settings for the session, as `postgres -c` takes them. */
  readonly options: string | null;
}

/** Parameters of libpq that change nothing here: pg has its own way, or what they ask for is always so. */
const WITHOUT_EFFECT = new Set([
  ...['application_name', 'fallback_application_name', 'client_encoding', 'gssencmode'],
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout'],
]);

/**
 * Reads a connection URI by libpq's rules (PostgreSQL manual, 34.1.1.2). One host only: a migration must not change servers under
 * way. Throws `invalid-input` that names the field and the remedy and quotes nothing that may be part of a password.
 */
export function parseConnection(text: string): ConnectionParts {
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/su.exec(text.trim()) ?? refuse('connection', URI);
  const { userInfo, address, database, query } = split(rest ?? '');
  const given = new Map([...userInfo, ...address, ...database, ...parametersOf(query)]);
  const take = (name: string) => {
    const value = given.get(name);
    given.delete(name);
    return value === undefined || value === '' ? null : value;
  };
  const parts: ConnectionParts = {
    host: hostOf(take('host')),
    port: wholeNumber('port', take('port') ?? '5432', 65_535),
    database: take('dbname') ?? refuse('dbname', 'name the database after the address: …host/database'),
    user:
      take('user') ?? refuse('user', 'name the user before the address: postgresql://user:password@host/…'),
    password: take('password'),
    ...security(take),
    connectTimeoutMs: timeoutOf(take('connect_timeout')),
    options: take('options'),
  };
  for (const name of given.keys())
    if (!WITHOUT_EFFECT.has(name)) refuse(name, 'take this parameter away; it is not supported here');
  return parts;
}

const URI = 'write it as postgresql://user:password@host:port/database?sslmode=verify-full';

function security(take: (name: string) => string | null) {
  const sslRootCert = take('sslrootcert');
  // As in libpq: whoever trusts the system's authorities wants the name checked.
  const sslMode = oneOf(
    'sslmode',
    SSL_MODES,
    take('sslmode') ?? (sslRootCert === 'system' ? 'verify-full' : 'prefer'),
  );
  const sslNegotiation = oneOf(
    'sslnegotiation',
    ['postgres', 'direct'] as const,
    take('sslnegotiation') ?? 'postgres',
  );
  return { sslMode, sslRootCert, sslCert: take('sslcert'), sslKey: take('sslkey'), sslNegotiation };
}

type Fields = readonly (readonly [string, string])[];

/** Libpq ends the user's part at the first @, and the address at the first slash; whatever else is in there must be escaped. */
function split(rest: string): { userInfo: Fields; address: Fields; database: Fields; query: string } {
  const [, user, behind] = /^([^@/]*)@(.*)$/su.exec(rest) ?? [null, null, rest];
  const [, hosts, path, query] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/su.exec(behind ?? '') ?? [];
  if ((behind ?? '').includes('@'))
    refuse('password', 'write @ in user and password as %40, / as %2F, : as %3A and % as %25');
  const [name, ...password] = (user ?? '').split(':');
  return {
    userInfo: [
      ['user', decode('user', name ?? '')],
      ['password', decode('password', password.join(':'))],
    ],
    address: addressOf(hosts ?? ''),
    database: [['dbname', decode('dbname', path ?? '')]],
    query: query ?? '',
  };
}

function addressOf(hosts: string): Fields {
  if (hosts.includes(',')) refuse('host', 'name one server: a migration must not change servers under way');
  const [, six, four, port] =
    /^(?:\[([0-9a-f:.%]+)\]|([^:[\]]*))(?::([^:]*))?$/iu.exec(hosts) ??
    refuse('host', 'write host or host:port, and an IPv6 address in brackets: [::1]:5432');
  const host: Fields =
    six === undefined ? [['host', decode('host', four ?? '')]] : [['host', decode('host', six)]];
  return port === undefined ? host : [...host, ['port', port]];
}

/** A parameter counts for more than what stands in the address, as in libpq. */
function parametersOf(query: string): Fields {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const [, name, value] =
      /^([^=]+)=(.*)$/su.exec(pair) ?? refuse('connection', `write parameters as name=value; ${URI}`);
    return [decode('connection', name ?? ''), decode(name ?? '', value ?? '')] as const;
  });
}

function decode(field: string, text: string): string {
  let decoded: string | null = null;
  try {
    decoded = decodeURIComponent(text);
  } catch (error) {
    // The cause would quote the text.
    if (!(error instanceof URIError)) throw error;
  }
  if (decoded === null)
    return refuse(field, 'write % as %25, and other characters as the %XX of their UTF-8 bytes');
  return decoded.includes('\0') ? refuse(field, 'take the %00 away') : decoded;
}

function hostOf(host: string | null): string {
  if (host === null) return refuse('host', 'name the server after the @: postgresql://user:password@host/…');
  return host.includes(',')
    ? refuse('host', 'name one server: a migration must not change servers under way')
    : host;
}

function wholeNumber(field: string, text: string, largest: number): number {
  const value = /^\d{1,6}$/u.test(text) ? Number(text) : 0;
  return value >= 1 && value <= largest ? value : refuse(field, `use a whole number from 1 to ${largest}`);
}

/** Seconds; 0 means no limit in libpq, and here that the caller's own holds. */
const timeoutOf = (text: string | null): number | null =>
  text === null || text === '0' ? null : wholeNumber('connect_timeout', text, 3_600) * 1_000;

function oneOf<T extends string>(field: string, allowed: readonly T[], text: string): T {
  return allowed.find((value) => value === text) ?? refuse(field, `use one of ${allowed.join(', ')}`);
}

function refuse(field: string, remedy: string): never {
  throw new MigrationError('invalid-input', `The connection string can't be used: ${field}: ${remedy}.`, {
    field,
  });
}
