import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { MigrationError } from '../../../contracts/errors';
import type { ConnectionParts } from './connection-parts';

/** How to connect: with TLS or in the clear. */
export type Transport = ConnectionOptions | false;

/**
 * The ways to connect, in order; the next one where the server won't have the one before. As libpq's `sslmode` has it, but that
 * verification without `sslrootcert` goes by the authorities that come with Node.
 */
export function transportsOf(parts: ConnectionParts): readonly Transport[] {
  if (parts.host.startsWith('/')) return [false];
  const tls = (): ConnectionOptions => ({ ...clientCertificate(parts), ...verification(parts) });
  if (parts.sslMode === 'disable') return [false];
  if (parts.sslMode === 'prefer') return [tls(), false];
  return parts.sslMode === 'allow' ? [false, tls()] : [tls()];
}

function verification({ sslMode, sslRootCert }: ConnectionParts): ConnectionOptions {
  const authorities =
    sslRootCert === null || sslRootCert === 'system' ? {} : { ca: fileOf('sslrootcert', sslRootCert) };
  if (sslMode === 'verify-full') return { ...authorities, rejectUnauthorized: true };
  // As in libpq: naming authorities asks for a chain to them, also with `require`.
  const chain = sslMode === 'verify-ca' || (sslMode === 'require' && sslRootCert !== null);
  return chain
    ? { ...authorities, rejectUnauthorized: true, checkServerIdentity: () => undefined }
    : { rejectUnauthorized: false };
}

function clientCertificate({ sslCert, sslKey }: ConnectionParts): ConnectionOptions {
  if (sslCert === null && sslKey === null) return {};
  if (sslCert === null || sslKey === null)
    throw new MigrationError('invalid-input', 'A client certificate needs both sslcert and sslkey.', {
      field: sslCert === null ? 'sslcert' : 'sslkey',
    });
  return { cert: fileOf('sslcert', sslCert), key: fileOf('sslkey', sslKey) };
}

function fileOf(field: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `The file that ${field} names can't be read on this worker; put it there or change ${field}.`;
    throw new MigrationError('invalid-input', message, { field, cause });
  }
}
