import { describe, expect, it } from '@jest/globals';
import { render } from '../../../clients/cli/render';

describe('a table at the terminal', () => {
  it('R63 shows prose below its row whole, without control characters, and no line where there is none', () => {
    const question = `${'It failed. '.repeat(20)}\u001b[31mRemedy:\ngrant REPLICATION.`;
    const rows = [
      { id: 'a', question },
      { id: 'b', question: null },
    ];
    const text = render({ kind: 'rows', columns: ['id'], rows, below: 'question' }, 'table');
    expect(text).toBe(`ID\na\n    ${'It failed. '.repeat(20)} [31mRemedy: grant REPLICATION.\nb\n`);
  });

  it('heads columns with words', () => {
    const rows = [{ writeBlockedMs: 12, to: 'target' }];
    const text = render({ kind: 'rows', columns: ['to', 'writeBlockedMs'], rows }, 'table');
    expect(text).toBe('TO      WRITE BLOCKED MS\ntarget  12\n');
  });
});
