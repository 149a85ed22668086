import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { jsonView, type DemoEvent } from '../../../clients/demo/events';
import { bytesWords, lineOf } from '../../../clients/demo/event-lines';
import { OutageMeter } from '../../../clients/demo/outage-meter';
import { lineView, TerminalView } from '../../../clients/demo/terminal-view';

const RESULT: DemoEvent = {
  event: 'result',
  ok: true,
  name: 'files',
  seconds: 41.2,
  outageMs: { p50: 0, p99: 0 },
  checks: 3,
  failedChecks: [],
  files: 10,
  bytes: 100,
};
const PROGRESS: DemoEvent = {
  event: 'progress',
  workload: 'handbook',
  stage: 'initial-copy',
  doneItems: 50,
  totalItems: 100,
  doneBytes: 1 << 20,
  totalBytes: 2 << 20,
  bytesPerSecond: 512 << 10,
  secondsLeft: 2,
};
const STAGE = { event: 'stage', workload: 'handbook', stage: 'initial-copy', title: 'Initial copy' } as const;

describe('Events as lines of JSON', () => {
  it('are one a line and close with the result', () => {
    let text = '';
    const view = jsonView((line) => (text += line));
    view.emit(PROGRESS);
    view.emit(RESULT);
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toEqual([PROGRESS, RESULT]);
  });
});

describe('Events as lines for people', () => {
  it('leave out what only a live view can show', () => {
    let text = '';
    const view = lineView((line) => (text += line));
    const summary = new OutageMeter().summary();
    for (const event of [
      PROGRESS,
      { ...STAGE, status: 'running' },
      { event: 'reading', workload: 'x', summary },
    ] as const)
      view.emit(event);
    expect(text).toBe('');
    view.emit({ ...STAGE, status: 'failed', reason: 'no disk' });
    expect(text).toBe('  handbook: Initial copy: failed (no disk)\n');
  });

  it('say what was not proved', () => {
    expect(lineOf({ ...RESULT, ok: false, failedChecks: ['The log verifies'] })).toContain(
      'NOT proved: The log verifies',
    );
    expect(lineOf({ ...RESULT, ok: false, error: 'Azurite ended' })).toContain('NOT proved: Azurite ended');
    expect(lineOf(RESULT)).toContain('Everything was proved in 41.2 s');
  });

  it('name sizes in binary units', () => {
    expect([0, 1_023, 1_024, 1_536, 5 << 20, 3 * 2 ** 30, 5_000 * 2 ** 30].map(bytesWords)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '5.0 MiB',
      '3.0 GiB',
      '5000.0 GiB',
    ]);
  });
});

describe('The live view', () => {
  it('keeps a line a workload below, with stage, bytes, rate and time left', () => {
    const { view, screen } = terminal();
    view.emit({ ...STAGE, status: 'running' });
    view.emit(PROGRESS);
    view.emit({ event: 'step', text: 'Something happened' });
    expect(screen()).toEqual([
      'Something happened',
      'handbook: Initial copy (running) [##########..........] 50/100 files, 1.0 MiB of 2.0 MiB, 512.0 KiB/s, 2 s left',
      '  reader: starting',
    ]);
    view.emit(RESULT);
    expect(screen()).toEqual(['Something happened', 'Everything was proved in 41.2 s']);
  });

  it('asks, and goes on below the answer', async () => {
    const { view, input, screen } = terminal();
    view.emit({ ...STAGE, status: 'running' });
    const answer = view.ask('Go? ');
    input.write('yes\n');
    expect(await answer).toBe('yes');
    expect(screen().join('\n')).toContain('Go?');
    expect(screen().join('\n')).not.toContain('reader');
  });
});

describe('A question at the terminal', () => {
  it('fails where the terminal is closed instead of waiting for ever', async () => {
    const { view, input } = terminal();
    const answer = view.ask('Go? ');
    input.end();
    await expect(answer).rejects.toThrow('The terminal was closed');
  });
});

/** What a terminal of 140 columns would show; knows only the control sequences that the view uses. */
function terminal() {
  const input = new PassThrough();
  let written = '';
  const output = Object.assign(new PassThrough(), { columns: 140 });
  output.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const view = new TerminalView(input, output as unknown as NodeJS.WriteStream);
  const screen = (): string[] => {
    const lines = [''];
    for (const token of written.split(/(\u001b\[1A\u001b\[2K|\n|\r)/)) {
      if (token === '\n') lines.push('');
      else if (token.startsWith('\u001b')) lines.splice(-2, 2, '');
      else if (token !== '\r') lines[lines.length - 1] += token;
    }
    return lines.filter((line) => line !== '');
  };
  return { view, input, screen };
}
