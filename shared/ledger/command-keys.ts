import type { Command, CommandInput } from '../contracts/command';
import { MigrationError } from '../contracts/errors';
import type { CommandKey } from '../contracts/records';
import { create, replace, type Operation, type Stored } from '../ports/store';
import { commandKeyType, commandType, cutoverPartition, sequenceId } from './documents';
import type { Ledger } from './ledger';

/** As long as answers are kept for repeated requests. */
const KEPT_MS = 24 * 3_600_000;

interface KnownKey {
  readonly stored: Stored<CommandKey>;
  /** Null where the key was given for one so long ago that it is a new request. */
  readonly command: Command | null;
}

/** What a key was given for before; null where it is new. */
export const readKey = async (
  ledger: Ledger,
  cutoverId: string,
  key: string,
  now: string,
): Promise<KnownKey | null> => {
  const partition = cutoverPartition(cutoverId);
  const stored = await ledger.store.read(commandKeyType, partition, key);
  if (!stored) return null;
  if (Date.parse(now) - Date.parse(stored.body.at) >= KEPT_MS) return { stored, command: null };
  const command = await ledger.store.read(commandType, partition, sequenceId(stored.body.number));
  if (!command) throw new MigrationError('internal', `the command of key ${key} is gone`);
  return { stored, command: command.body };
};

/** Stores a key with its command: whoever stores the same one at the same time fails and looks again. */
export const keepKey = (key: CommandKey, stored: Stored<CommandKey> | null): Operation =>
  stored ? replace(commandKeyType, stored, key) : create(commandKeyType, key.key, key);

export const givenBefore = (
  command: Command,
  input: CommandInput,
): { readonly kind: 'accepted'; readonly command: Command } => {
  if (command.kind !== input.kind || command.reason !== input.reason)
    throw new MigrationError('idempotency-mismatch', 'the same key was given for another command before');
  return { kind: 'accepted', command };
};
