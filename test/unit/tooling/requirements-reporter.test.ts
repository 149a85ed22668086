import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import requirements from '../../requirements.json';

interface Reporter {
  onRunComplete(contexts: unknown, results: unknown): void;
  getLastError(): Error | undefined;
}
type Constructor = new (
  globalConfig: object,
  options: { readonly hasPostgres: (major: number) => boolean },
) => Reporter;

const RequirementsReporter = jest.requireActual<Constructor>('../../support/requirements-reporter');
const proofs = Object.values(requirements).flatMap(({ tests, refusal }) => [...tests, refusal]);
const titles = [...new Set(proofs.map((proof) => (typeof proof === 'string' ? proof : proof.title)))];
const onServers = proofs.flatMap((proof) => (typeof proof === 'string' ? [] : [proof]));

const judge = (passed: readonly string[], has: readonly number[], globalConfig = {}) => {
  const reporter = new RequirementsReporter(globalConfig, {
    hasPostgres: (major) => has.includes(major),
  });
  const testResults = titles.map((fullName) => ({
    fullName,
    status: passed.includes(fullName) ? 'passed' : 'pending',
  }));
  reporter.onRunComplete([], { testResults: [{ testResults }] });
  return reporter.getLastError()?.message ?? null;
};

describe('the list of what proves each requirement', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => void jest.restoreAllMocks());

  it('is satisfied where all of it passed, and names each that did not', () => {
    expect(judge(titles, [15, 16, 17, 18])).toBeNull();
    for (const title of titles) {
      const others = titles.filter((each) => each !== title);
      expect(judge(others, [15, 16, 17, 18])).toContain(title);
    }
  });

  it('excuses what needs a server that there is not, alone and aloud', () => {
    const elsewhere = titles.filter((title) => onServers.every((proof) => proof.title !== title));
    expect(onServers.length).toBeGreaterThan(0);
    expect(judge(elsewhere, [])).toBeNull();
    for (const { title } of onServers) expect(said.join('')).toContain(title);
    expect(judge(elsewhere.slice(1), [])).toContain(elsewhere[0]);
    expect(judge(elsewhere, [15, 16, 17, 18])).toContain(onServers[0]!.title);
  });

  it('says nothing of a run of some tests', () => {
    expect(judge([], [15], { testPathPatterns: { patterns: ['unit'] } })).toBeNull();
  });
});
