import type { PlanEdit } from '../../../contracts/planning/edit';
import type { PlanContent, PlanHead, PlannedWave } from '../../../contracts/planning/plan';

type Started = Pick<PlanHead, 'started'>;
type Waves = Pick<PlanContent, 'waves'>;

const startedOf = ({ started }: Started, { waves }: Waves): readonly PlannedWave[] =>
  waves.filter(({ number }) => started[number] !== undefined);

/** What keeps waves that have started as they are, whatever else is planned anew; those among `edits` already are not repeated. */
export const editsOfStarted = (
  head: Started,
  content: Waves,
  edits: readonly PlanEdit[],
): readonly PlanEdit[] => {
  const known = new Set(edits.map((edit) => JSON.stringify(edit)));
  return startedOf(head, content)
    .flatMap(({ number, workloadIds, dates }): PlanEdit[] => {
      const reason = `Wave ${number} has started`;
      const pins = workloadIds.map(
        (workloadId) => ({ kind: 'pin', workloadId, wave: number, reason }) as const,
      );
      const [first] = workloadIds;
      if (dates === null || first === undefined) return pins;
      return [...pins, { kind: 'date', workloadId: first, window: dates.window, reason }];
    })
    .filter((edit) => !known.has(JSON.stringify(edit)));
};

const namedBy = (edit: PlanEdit): readonly string[] => {
  if ('workloadIds' in edit) return edit.workloadIds;
  return 'workloadId' in edit ? [edit.workloadId] : [edit.from, edit.to];
};

/** Why an edit comes too late, in words; null where it does not. Which dependencies hold is decided for waves to come alone. */
export const tooLate = (head: Started, content: Waves, edits: readonly PlanEdit[]): string | null => {
  const waves = startedOf(head, content);
  for (const edit of edits.filter(({ kind }) => kind !== 'ignore-dependency'))
    for (const id of namedBy(edit)) {
      const wave = waves.find(({ workloadIds }) => workloadIds.includes(id));
      if (wave !== undefined) return `${id} cannot be changed: wave ${wave.number} has started`;
    }
  return null;
};

/** Which started wave another content would change, in words; null where all stay as they are. */
export const changedAlthoughStarted = (head: Started, before: Waves, after: Waves): string | null => {
  for (const { number, workloadIds } of startedOf(head, before)) {
    const now = after.waves.find((wave) => wave.number === number)?.workloadIds ?? [];
    const elsewhere = after.waves.flatMap((wave) => (wave.number === number ? [] : wave.workloadIds));
    const strays = [
      ...now.filter((id) => !workloadIds.includes(id)),
      ...workloadIds.filter((id) => elsewhere.includes(id)),
    ];
    if (strays.length > 0)
      return `wave ${number} has started and would change: ${strays.slice(0, 10).join(', ')}`;
  }
  return null;
};
