import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../../host/command-line';

describe('the options of the host', () => {
  it('have defaults', () => {
    expect(parseCommandLine([])).toEqual({
      kind: 'start',
      options: { appDir: resolve('.'), dataDir: resolve('data'), port: 7071, address: '127.0.0.1' },
    });
  });

  it('are taken as given', () => {
    expect(parseCommandLine(['host', '--data', '/tmp/kept', '--port=0', '--host', '::1'])).toEqual({
      kind: 'start',
      options: { appDir: resolve('host'), dataDir: '/tmp/kept', port: 0, address: '::1' },
    });
  });

  it('let only this machine in unless told otherwise', () => {
    expect(parseCommandLine(['--host', 'localhost'])).toMatchObject({ options: { address: '127.0.0.1' } });
    expect(parseCommandLine(['--host', '127.9.9.9'])).toMatchObject({ kind: 'start' });
    expect(parseCommandLine(['--host', '0.0.0.0'])).toMatchObject({ kind: 'refused' });
    expect(parseCommandLine(['--host', '::ffff:10.0.0.1'])).toMatchObject({ kind: 'refused' });
    expect(parseCommandLine(['--host', '0.0.0.0', '--allow-non-loopback'])).toMatchObject({ kind: 'start' });
  });

  it('may ask for help beside anything else', () => {
    expect(parseCommandLine(['nowhere', '--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--port', '70000'], '--port must be a number from 0 to 65535, not "70000"'],
    [['--port', 'http'], '--port must be a number from 0 to 65535, not "http"'],
    [['--port', ''], '--port must be a number from 0 to 65535, not ""'],
    [['--host', 'example.org'], '--host must be an IP address, not "example.org"'],
    [['--data', ''], '--data needs a folder'],
    [['--verbose'], "Unknown option '--verbose'"],
    [['--port'], "Option '--port <value>' argument missing"],
    [['nowhere'], `There is no folder ${resolve('nowhere')}`],
    [['package.json'], `There is no folder ${resolve('package.json')}`],
    [['.', 'other'], 'One application at a time, not also other'],
  ])('refuse %j', (args, reason) => {
    expect(parseCommandLine(args)).toEqual({ kind: 'refused', reason });
  });
});
