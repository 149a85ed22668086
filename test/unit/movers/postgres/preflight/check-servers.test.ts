import { describe, expect, it } from '@jest/globals';
import { checkServers } from '../../../../../shared/movers/postgres/preflight/check-servers';
import type {
  Checked,
  CheckedSide,
  ServerFacts,
} from '../../../../../shared/movers/postgres/preflight/checked-sides';

const FACTS: ServerFacts = {
  ...{ version: '16.4', major: 16, standby: false, read_only: false, wal_level: 'logical' },
  ...{
    free_slots: 9,
    free_origins: 9,
    free_senders: 9,
    free_workers: 9,
    sync_workers: 9,
    slot_wal_limit_mb: -1,
  },
  ...{ database_bytes: 1, encoding: 'UTF8', locale: 'C C', locale_provider: 'libc' },
  password_encryption: 'scram-sha-256',
};

/** What no server of these tests can be: a standby, or of a version that isn't supported. An offline move asks them nothing more. */
const found = async (source: Partial<ServerFacts>, target: Partial<ServerFacts>) => {
  const side = (name: CheckedSide['side'], facts: Partial<ServerFacts>): CheckedSide =>
    ({ side: name, facts: { ...FACTS, ...facts } }) as CheckedSide;
  const checked = {
    method: 'offline',
    direction: 'forward',
    publisher: side('source', source),
    subscriber: side('target', target),
  };
  const findings = await checkServers(checked as Checked);
  return findings.map(({ severity, code, side: at, subject }) => `${severity} ${code} ${at}: ${subject}`);
};

describe('servers that can’t take part', () => {
  it.each([
    [{ standby: true }, {}, ['block standby source: server']],
    [{}, { standby: true }, ['block standby target: server']],
    [{ version: '12.20', major: 12 }, {}, ['block version source: 12.20']],
    [{}, { version: '19.0', major: 19 }, ['block version target: 19.0']],
    [{ version: '17.1', major: 17 }, {}, ['block version target: 16.4']],
    [{}, {}, []],
  ])('%j to %j', async (source, target, findings) => {
    expect(await found(source, target)).toEqual(findings);
  });
});
