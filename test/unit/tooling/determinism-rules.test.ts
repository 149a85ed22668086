import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IMPURE, NOT_REPLAYABLE, PURE, REPLAYABLE } from './planted-replay';
import { lint, plantTree, repository } from './planted-tree';
import type { LintFinding, PlantedTree } from './planted-tree';

const REPLAYED_FOLDERS = ['orchestrations', 'orchestrations/itineraries', 'shared/domain/frozen'];
const PURE_FOLDERS = ['shared/contracts', 'shared/domain', 'shared/domain/calendars'];
const RULES = join(__dirname, 'determinism-only.config.js');
const DETERMINISM = /^no-(restricted-(globals|properties|syntax)|eval|new-func|implied-eval)$/;

const fileOf = (
  folder: string,
  subject: string,
  subjects: readonly (readonly [string, ...unknown[]])[],
): string => `${folder}/planted-${subjects.findIndex(([each]) => each === subject)}.ts`;

describe('determinism rules', () => {
  let tree: PlantedTree;
  let findings: LintFinding[];
  const of = (file: string): LintFinding[] => findings.filter((finding) => finding.file === file);

  beforeAll(async () => {
    tree = plantTree(
      Object.fromEntries([
        ...REPLAYED_FOLDERS.flatMap((folder) => [
          ...NOT_REPLAYABLE.map(([subject, code]) => [fileOf(folder, subject, NOT_REPLAYABLE), `${code}\n`]),
          [`${folder}/clean.ts`, REPLAYABLE],
        ]),
        ...PURE_FOLDERS.flatMap((folder) => [
          ...IMPURE.map(([subject, code]) => [fileOf(folder, subject, IMPURE), `${code}\n`]),
          [`${folder}/clean.ts`, PURE],
        ]),
        ['functions/activities/clock.ts', 'export const now = async () => Promise.resolve(Date.now());\n'],
      ]),
    );
    findings = await lint(tree.folder, ['functions', 'orchestrations', 'shared'], RULES);
  });
  afterAll(() => tree.remove());

  it.each(NOT_REPLAYABLE)('%s is refused, with what to do instead', (subject, _code, rule, advice) => {
    expect(of(fileOf('orchestrations', subject, NOT_REPLAYABLE))).toContainEqual(
      expect.objectContaining({ rule, message: expect.stringMatching(advice) }),
    );
  });

  it.each(REPLAYED_FOLDERS)(
    '%s: all of that is refused, and what an orchestration needs is not',
    (folder) => {
      const missed = NOT_REPLAYABLE.filter(([subject, , rule]) => {
        const found = of(fileOf(folder, subject, NOT_REPLAYABLE));
        return !found.some((finding) => finding.rule === rule);
      });
      expect(missed).toEqual([]);
      expect(of(`${folder}/clean.ts`)).toEqual([]);
    },
  );

  it.each(PURE_FOLDERS)(
    '%s: what depends on more than arguments is refused, a stored instant is not',
    (folder) => {
      const missed = IMPURE.filter(([subject, , rule]) => {
        const found = of(fileOf(folder, subject, IMPURE));
        return !found.some((finding) => finding.rule === rule);
      });
      expect(missed).toEqual([]);
      expect(of(`${folder}/clean.ts`)).toEqual([]);
    },
  );

  it('leave an activity free to read the clock', () => {
    expect(of('functions/activities/clock.ts')).toEqual([]);
  });

  it('find nothing in this repository', async () => {
    const real = await lint(repository, ['orchestrations', 'shared/contracts', 'shared/domain'], RULES);
    expect(real.filter(({ rule }) => rule === null || DETERMINISM.test(rule))).toEqual([]);
  });
});
