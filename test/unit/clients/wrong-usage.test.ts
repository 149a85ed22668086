import { describe, expect, it } from '@jest/globals';
import { runCli } from '../../../clients/cli/run-cli';

const complaint = async (...args: string[]): Promise<string> => {
  let error = '';
  expect(await runCli(args, {}, { out: () => undefined, error: (text) => (error += text) })).toBe(2);
  return error;
};

describe('a command line that is wrong', () => {
  it.each([
    [['nope'], 'there is no command nope; see --help'],
    [['waves', 'list', '--foo'], "Unknown option '--foo'; see --help"],
    [['waves', 'list', '--mine=3'], "Option '--mine' does not take an argument; see --help"],
    [['waves', 'list', '--url', '--foo'], "Option '--url' argument is ambiguous; see --help"],
  ])('is refused for %j in so many words', async (args, words) => {
    expect(await complaint(...args)).toBe(`causeway: ${words}\n`);
  });
});
