import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LogWriter } from './log-writer.js';

/** Each entry is what was written at once. */
async function written(
  format: 'text' | 'json',
  use: (log: LogWriter) => void | Promise<void>,
): Promise<string[]> {
  const texts: string[] = [];
  await use(new LogWriter('INFO', format, { write: (text) => void texts.push(text) }));
  await turn();
  return texts;
}

async function logged(format: 'text' | 'json', use: (log: LogWriter) => void): Promise<string[]> {
  return (await written(format, use)).join('').split(/(?<=\n)/);
}

describe('LogWriter', () => {
  it('writes an event with its fields as one line of JSON', async () => {
    const [line] = await logged('json', (log) => {
      log.log('request recorded', { request_id: 'a1', output_file: '/sf/x.h5' }, 'Broker');
    });
    expect(JSON.parse(line)).toEqual({
      level: 'INFO',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      logger: 'Broker',
      request_id: 'a1',
      output_file: '/sf/x.h5',
      msg: 'request recorded',
    });
  });

  it('writes the same event as a line of text', async () => {
    const [line] = await logged('text', (log) => {
      log.warn('no channels', { file: 'my list', n: 3 }, 'Broker');
    });
    expect(line).toMatch(
      /^\[\d{4}-\d\d-\d\d .*\] WARNING: \[Broker\] no channels file="my list" n=3\n$/,
    );
  });

  it('keeps events below its level back, until the level is changed', async () => {
    const lines = await logged('text', (log) => {
      log.debug('quiet');
      log.setLevel('DEBUG');
      log.debug('heard');
    });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('log level changed log_level=DEBUG');
    expect(lines[1]).toContain('heard');
  });

  it('notes that it will say less before it does', async () => {
    const lines = await logged('text', (log) => {
      log.setLevel('ERROR');
      log.warn('quiet');
      expect(log.level).toBe('ERROR');
    });
    expect(lines).toEqual([expect.stringContaining('log level changed log_level=ERROR')]);
  });

  it('goes to DEBUG and back to what was configured', () => {
    const levels = (['INFO', 'ERROR', 'DEBUG'] as const).map((configured) => {
      const log = new LogWriter(configured, 'json', { write: () => undefined });
      return [1, 2, 3].map(() => {
        log.toggleDebug();
        return log.level;
      });
    });
    expect(levels).toEqual([
      ['DEBUG', 'INFO', 'DEBUG'],
      ['DEBUG', 'ERROR', 'DEBUG'],
      ['INFO', 'DEBUG', 'INFO'],
    ]);
  });

  it.each([
    'http://reader:s3cret@host/query',
    'HTTPS://s3cret@host:1/a?b',
    'http://:s3cret@[::1]/',
  ])('leaves user and password out of %s, wherever it stands', async (url) => {
    for (const format of ['text', 'json'] as const) {
      const lines = await logged(format, (log) => {
        log.log(`asked ${url}`, { url, error: new Error(`${url} is "down"`, { cause: url }) });
      });
      expect(lines.join('')).not.toMatch(/reader|s3cret/);
      expect(lines.join('').match(/:\/\/\*\*\*@(host|\[::1\])/gi)).toHaveLength(4);
    }
  });

  it('leaves names of files as they are', async () => {
    const file = '/sf//user@host/a.h5';
    const [line] = await logged('json', (log) => log.log('written', { output_file: file }));
    expect(JSON.parse(line)).toMatchObject({ output_file: file });
  });

  it('shows control characters, line ends and changes of direction instead of obeying them', async () => {
    const [line] = await logged('text', (log) => {
      log.log('file \x1b[31mred', { output_file: 'a\x9b1m.h5', n: ['\u202e', '\u2028'] });
    });
    expect(line).toContain('file \\u001b[31mred output_file=a\\u009b1m.h5 n=["\\u202e","\\u2028"]');
  });

  it('writes the lines of a turn of the event loop at once, behind the turn', async () => {
    const atOnce = await written('json', async (log) => {
      log.log('first');
      log.log('second');
      await turn();
      log.log('third');
    });
    expect(atOnce.map((text) => text.match(/first|second|third/g))).toEqual([
      ['first', 'second'],
      ['third'],
    ]);
  });

  it('does not keep an error back, nor what came before it', () => {
    const texts: string[] = [];
    const log = new LogWriter('INFO', 'json', { write: (text) => void texts.push(text) });
    log.log('before');
    expect(texts).toEqual([]);
    log.error('failed');
    expect(texts).toEqual([expect.stringMatching(/before.*\n.*failed.*\n$/)]);
  });

  it('loses no line when the process ends by itself', () => {
    const texts: string[] = [];
    const log = new LogWriter('INFO', 'json', { write: (text) => void texts.push(text) });
    const listeners = process.listeners('exit');
    log.log('last words');
    const [atExit] = process.listeners('exit').filter((added) => !listeners.includes(added));
    atExit(0);
    expect(texts).toEqual([expect.stringContaining('last words')]);
    expect(process.listeners('exit')).toEqual(listeners);
  });

  const brokenMessage = new Error('x');
  Object.defineProperty(brokenMessage, 'message', {
    get() {
      throw new TypeError('no message for you');
    },
  });
  const circular: Record<string, unknown> = { big: 2n ** 60n };
  circular.self = circular;

  it.each([
    ['percent signs', new Error('100 %s of %d {}'), '100 %s of %d {}'],
    ['several lines', new Error('first\n  second'), 'first second'],
    ['text of any language', new Error('Übermaß 測定'), 'Übermaß 測定'],
    ['no message', new RangeError(), 'RangeError'],
    ['a message that throws', brokenMessage, "can't be shown"],
    ['a text thrown', 'plain text', 'plain text'],
    ['nothing thrown', undefined, 'undefined'],
    ['an object thrown', circular, 'Circular'],
    ['a cause', new Error('outer', { cause: new Error('inner') }), 'outer (because: inner)'],
  ])('survives an exception with %s, on one line', async (_what, thrown, expected) => {
    for (const format of ['text', 'json'] as const) {
      const lines = await logged(format, (log) => log.error('failed', { error: thrown, circular }));
      expect(lines).toHaveLength(1);
      expect(lines[0].trimEnd()).not.toContain('\n');
      expect(format === 'json' ? JSON.parse(lines[0]).msg : lines[0]).toContain('failed');
      expect(lines[0]).toContain(expected);
      const alone = await logged(format, (log) => log.error(thrown));
      expect(alone.join('')).toContain(expected);
    }
  });
});
