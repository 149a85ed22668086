import { describe, expect, it } from '@jest/globals';
import { MigrationError } from '../../../../../shared/contracts/errors';
import { parseConnection } from '../../../../../shared/movers/postgres/connect/connection-parts';

const refusalOf = (text: string): MigrationError => {
  try {
    parseConnection(text);
  } catch (error) {
    if (error instanceof MigrationError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('a connection string', () => {
  it('gives what it names and what libpq takes where it is silent', () => {
    expect(parseConnection('postgresql://app:secret@db.example/shop')).toEqual({
      host: 'db.example',
      port: 5432,
      database: 'shop',
      user: 'app',
      password: 'secret',
      sslMode: 'prefer',
      sslRootCert: null,
      sslCert: null,
      sslKey: null,
      sslNegotiation: 'postgres',
      connectTimeoutMs: null,
      options: null,
    });
  });

  it.each([
    ['postgres://u@[2001:db8::1]:6000/d', { host: '2001:db8::1', port: 6000 }],
    ['postgres://u@[::1]/d', { host: '::1', port: 5432 }],
    ['postgres://u@%2Fvar%2Frun/d', { host: '/var/run' }],
    ['postgres://u@/d?host=/var/run', { host: '/var/run' }],
    ['postgres:///d?host=h&user=u&password=p%26q', { host: 'h', user: 'u', password: 'p&q' }],
    ['postgres://u:p%40s%2Fs%3A%25@h/d', { password: 'p@s/s:%' }],
    ['postgres://u:a:b?c#d@h/d', { password: 'a:b?c#d' }],
    ['postgres://M%C3%BCller:%E2%82%AC@h/%22odd%22%20%D0%B1%D0%B4', { user: 'Müller', database: '"odd" бд' }],
    ['postgres://Müller@h/бд', { user: 'Müller', database: 'бд' }],
    [
      'postgres://u@h/d?sslmode=verify-full&sslrootcert=/ca.pem',
      { sslMode: 'verify-full', sslRootCert: '/ca.pem' },
    ],
    ['postgres://u@h/d?sslrootcert=system', { sslMode: 'verify-full', sslRootCert: 'system' }],
    ['postgres://u@h/d?connect_timeout=3&application_name=x', { connectTimeoutMs: 3_000 }],
    ['postgres://u@h/d?options=-c%20work_mem%3D64MB', { options: '-c work_mem=64MB' }],
  ])('reads %s', (text, expected) => {
    expect(parseConnection(text)).toMatchObject(expected);
  });

  it.each([
    ['host=h dbname=d password=hunter2', 'connection'],
    ['mysql://u:hunter2@h/d', 'connection'],
    ['postgres://u:hunter2@/d', 'host'],
    ['postgres://u:hunter2@h', 'dbname'],
    ['postgres://:hunter2@h/d', 'user'],
    ['postgres://u:hunter2@h,i/d', 'host'],
    ['postgres://u:hunter2@h/d?host=h,i', 'host'],
    ['postgres://u:hunter2@h:99999/d', 'port'],
    ['postgres://u:hunter2@::1/d', 'host'],
    ['postgres://u:hunter2@h/d?sslmode=hunter2', 'sslmode'],
    ['postgres://u:hunter2@h/d?sslmode=no-verify', 'sslmode'],
    ['postgres://u:hunter2@h/d?connect_timeout=hunter2', 'connect_timeout'],
    ['postgres://u:hunter2@h/d?target_session_attrs=any', 'target_session_attrs'],
    ['postgres://u:hunter2@h/d?channel_binding=require', 'channel_binding'],
    ['postgres://u:100%hunter2@h/d', 'password'],
    ['postgres://u:hunter2%00@h/d', 'password'],
    // Unescaped @ and / make the rest of a password look like something else.
    ['postgres://u:my@hunter2@h/d', 'password'],
    ['postgres://u:my/hunter2@h/d', 'password'],
    ['postgres://u:my/?hunter2=x@h/d', 'password'],
  ])('%s is refused by the field and without its password', (text, field) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: 'invalid-input', field });
    expect(refusal.message).toContain(field);
    expect(JSON.stringify([refusal.message, refusal.stack, refusal.cause])).not.toContain('hunter2');
  });
});
