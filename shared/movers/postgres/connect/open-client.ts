import { isNativeError } from 'node:util/types';
import { Client, type ClientConfig } from 'pg';
import { MigrationError } from '../../../contracts/errors';
import { blameConnection } from './blamed-connection';
import { parseConnection, type ConnectionParts } from './connection-parts';
import { asMigrationError, sqlState } from './postgres-error';
import { quoteLiteral } from './quote';
import { transportsOf, type Transport } from './tls-options';

export interface ClientOptions {
  /** What the connection is for: `application_name` is `causeway <name>`. */
  readonly name: string;
  /** Every transaction but those that say otherwise. */
  readonly readOnly?: boolean;
  /** 0, the default: as long as it takes, whatever role and database say. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  readonly idleInTransactionTimeoutMs?: number;
  /** Unless the connection string says so itself; 10 s. */
  readonly connectTimeoutMs?: number;
  /** The user's own, for statements the user wrote. Otherwise nobody's functions but the system's are found without their schema. */
  readonly ownSearchPath?: boolean;
}

/**
 * Opens one connection; whoever opens it ends it. Sessions are pinned to ISO dates, UTC and UTF-8, so that answers look alike
 * everywhere. Throws `invalid-input`, `forbidden` or `not-found` that name what is wrong where trying again can't help; never
 * tells the password. What it throws is known to `blamedConnection`.
 */
export async function openClient(connectionString: string, options: ClientOptions): Promise<Client> {
  try {
    return await open(connectionString, options);
  } catch (error) {
    blameConnection(error, connectionString);
    throw error;
  }
}

async function open(connectionString: string, options: ClientOptions): Promise<Client> {
  const parts = parseConnection(connectionString);
  const transports = transportsOf(parts);
  for (const [index, transport] of transports.entries()) {
    try {
      return await connect(parts, transport, options);
    } catch (error) {
      if (index + 1 < transports.length && wantsOtherTransport(error)) continue;
      throw explained(error, parts);
    }
  }
  throw new MigrationError('internal', 'there was no way to connect');
}

async function connect(
  parts: ConnectionParts,
  transport: Transport,
  options: ClientOptions,
): Promise<Client> {
  const client = new Client(configOf(parts, transport, options));
  // A connection that breaks while idle is reported by the next query; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sessionSettings(options));
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

function configOf(
  parts: ConnectionParts,
  transport: Transport,
  { name, connectTimeoutMs }: ClientOptions,
): ClientConfig {
  return {
    host: parts.host,
    port: parts.port,
    database: parts.database,
    user: parts.user,
    // A function keeps pg from looking for a password in the environment and in ~/.pgpass.
    password: () => parts.password ?? noPassword(),
    ssl: transport,
    application_name: `causeway ${name}`.slice(0, 63),
    connectionTimeoutMillis: parts.connectTimeoutMs ?? connectTimeoutMs ?? 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    client_encoding: 'UTF8',
    ...(parts.options === null ? {} : { options: parts.options }),
    ...(transport === false ? {} : { sslnegotiation: parts.sslNegotiation }),
  };
}

function noPassword(): never {
  throw new MigrationError(
    'invalid-input',
    'The server asks for a password and the connection string has none.',
    {
      field: 'password',
    },
  );
}

function sessionSettings(options: ClientOptions): string {
  const settings = {
    statement_timeout: `${options.statementTimeoutMs ?? 0}`,
    lock_timeout: `${options.lockTimeoutMs ?? 0}`,
    idle_in_transaction_session_timeout: `${options.idleInTransactionTimeoutMs ?? 0}`,
    default_transaction_read_only: options.readOnly === true ? 'on' : 'off',
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    TimeZone: 'UTC',
    ...(options.ownSearchPath === true ? {} : { search_path: 'pg_catalog' }),
  };
  const assignments = Object.entries(settings).map(([name, value]) => `SET ${name} = ${quoteLiteral(value)}`);
  return assignments.join('; ');
}

const NO_TLS = 'The server does not support SSL connections';

/** Libpq tries the other way where the server has no TLS or lets nobody in this way. */
const wantsOtherTransport = (error: unknown): boolean =>
  (isNativeError(error) && error.message === NO_TLS) || sqlState(error) === '28000';

function explained(error: unknown, { host, port, sslMode }: ConnectionParts): unknown {
  if (!isNativeError(error) || error instanceof MigrationError) return error;
  const server = `${host}:${port}`;
  const refuse = (field: string, message: string) =>
    new MigrationError('invalid-input', message, { field, cause: error });
  if (error.message === NO_TLS)
    return refuse(
      'sslmode',
      `${server} offers no TLS, which sslmode=${sslMode} asks for: switch it on there.`,
    );
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOTFOUND')
    return refuse('host', `No address is known for ${host}: correct the name, or the worker's DNS.`);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return refuse('host', `The certificate of ${server} is for another name: connect by a name it has.`);
  if (typeof code === 'string' && UNTRUSTED.test(code))
    return refuse(
      'sslrootcert',
      `The certificate of ${server} isn't trusted (${code}): name its authority in sslrootcert.`,
    );
  return asMigrationError(error);
}

/** OpenSSL's verification errors as Node names them. */
const UNTRUSTED = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH)/u;
