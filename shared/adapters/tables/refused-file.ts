import { rowProblem } from '../../domain/planning/import/problem-list';
import type { RefusedSource } from '../../domain/planning/import/source';

/** Why a file is not read, and what would be right. */
export class RefusedFile extends Error {
  constructor(
    message: string,
    readonly line = 0,
  ) {
    super(message);
    this.name = 'RefusedFile';
  }
}

export const refused = (file: string, { message, line }: RefusedFile): RefusedSource => ({
  kind: 'refused',
  file,
  problem: rowProblem('error', { file, sheet: null, line }, message),
});
