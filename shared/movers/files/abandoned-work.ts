import type { PassInput } from './pass-input';
import type { FilesContext } from './files-context';
import { comparePaths } from './item-path';
import {
  readLines,
  segments,
  baselineOf,
  decidedLines,
  type ResultLine,
  type TargetState,
} from './pass-journal';
import { StateWriter } from './state-writer';

/**
 * Before a pass is enumerated anew: writes down what the target holds now, which is the state after the pass before with what the
 * enumeration that is left behind copied. Repeatable. No-op for the first enumeration.
 */
export async function carryOver({ journal }: FilesContext, input: PassInput): Promise<void> {
  const { transferId, pass, generation = 1 } = input;
  if (generation === 1) return;
  const { before } = segments(pass, generation);
  await journal.drop(transferId, before);
  const writer = await StateWriter.open(journal, transferId, before);
  let last: string | null = null;
  for await (const { path, state } of leftBehind({ journal }, { ...input, generation: generation - 1 })) {
    last = path;
    if (state !== null) await writer.write(state);
  }
  const baseline = baselineOf(pass, generation - 1);
  for await (const state of readLines<TargetState>(journal, transferId, baseline)) {
    if (last === null || comparePaths(state.path, last) > 0) await writer.write(state);
  }
  await writer.flush();
}

/** What an enumeration that nobody finishes made of each path it came to; nothing was deleted, or it would be finished. */
async function* leftBehind(
  { journal }: Pick<FilesContext, 'journal'>,
  { transferId, pass, generation }: PassInput,
): AsyncGenerator<{ path: string; state: TargetState | null }> {
  const names = segments(pass, generation);
  const parts = await journal.segments(transferId, names.allItems);
  for (let part = 1; part <= parts.length; part += 1) {
    const results = new Map<string, TargetState | null>();
    for await (const { path, state } of readLines<ResultLine>(journal, transferId, names.results(part))) {
      results.set(path, state);
    }
    for await (const line of decidedLines(journal, transferId, {
      pass,
      ...(generation && { generation }),
      part,
    })) {
      if (line.action === 'report') continue;
      const { path, prior } = line;
      yield { path, state: results.get(path) ?? prior };
    }
  }
}

/** Deletes the work of earlier enumerations of the pass. */
export async function dropAbandoned(
  { journal }: FilesContext,
  { transferId, pass, generation = 1 }: PassInput,
): Promise<void> {
  for (let earlier = 1; earlier < generation; earlier += 1) {
    for (const prefix of segments(pass, earlier).work) await journal.drop(transferId, prefix);
  }
}
