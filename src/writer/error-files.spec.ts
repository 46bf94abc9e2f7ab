import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTrailLine } from '../audit/trail-line.js';
import { OutputRoots } from '../output/output-roots.js';
import type { WriteRequest } from '../request/write-request.js';
import { capturedLog } from './captured-log.fixture.js';
import { ErrorFiles } from './error-files.js';
import { TemporaryFiles } from './state/temporary-files.js';
import { temporaryFolders } from './temporary-folder.fixture.js';

describe('ErrorFiles', () => {
  const folder = temporaryFolders();
  const log = capturedLog();

  function setUp() {
    const [root, state] = [folder(), folder()];
    const files = new ErrorFiles(new OutputRoots([root]), new TemporaryFiles(state), state);
    const forget = (request: WriteRequest) => files.forget(request);
    return { root, state, leave: (request: WriteRequest) => files.leave(request), forget };
  }

  function requestFor(outputFile: string, more: Partial<WriteRequest> = {}): WriteRequest {
    return {
      data_api_request: '{"channels":[]}',
      parameters: JSON.stringify({ output_file: outputFile, 'general/user': 'Jürg' }),
      timestamp: 1529914272.125,
      request_id: 'a1-b2',
      ...more,
    };
  }

  it('leaves the request as one trail line beside its file, in a folder that did not exist', () => {
    const { root, state, leave } = setUp();
    const request = requestFor('raw/run1/x.h5');
    const path = leave(request);
    expect(path).toBe(join(root, 'raw/run1/x.h5.err'));
    const text = readFileSync(path!, 'utf8');
    expect(text).toMatch(/^\[\d{8}-\d{6}\] \{.*\}\n$/);
    expect(parseTrailLine(text.trimEnd())).toMatchObject({ request });
    expect(readdirSync(join(root, 'raw/run1'))).toEqual(['x.h5.err']);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
  });

  it('replaces an older one', () => {
    const { root, leave } = setUp();
    writeFileSync(join(root, 'x.h5.err'), 'old');
    expect(readFileSync(leave(requestFor('x.h5'))!, 'utf8')).toContain('a1-b2');
  });

  it.each([
    ['outside the roots', '/etc/x.h5'],
    ['that leads out of them', '../x.h5'],
    ['/dev/null', '/dev/null'],
    ['that names a folder', 'x/'],
    ['with a NUL', 'x\0.h5'],
  ])('uses the state folder for an output file %s', (_case, outputFile) => {
    const { root, state, leave } = setUp();
    const path = leave(requestFor(outputFile));
    expect(path).toMatch(/failed\/\d{8}-\d{6}-a1-b2\.err$/);
    expect(path!.startsWith(state)).toBe(true);
    expect(readFileSync(path!, 'utf8')).toContain('a1-b2');
    expect(readdirSync(root)).toEqual([]);
  });

  it('forgets what it left in the state folder, once the file is there', () => {
    const { leave, forget } = setUp();
    const request = requestFor('x/');
    const path = leave(request)!;
    forget(request);
    expect(existsSync(path)).toBe(false);
    forget(request);
    expect(log.events.map(({ message }) => message)).toEqual([
      'no error file beside the output file',
    ]);
  });

  it('forgets what is left of the request that is acquired again, and nothing else', () => {
    const { leave, forget } = setUp();
    const old = leave(requestFor('x/', { request_id: 'a1', timestamp: 1529914272 }))!;
    const other = leave(requestFor('x/', { request_id: 'b1-a1', timestamp: 1529914272 }))!;
    forget(requestFor('x.h5', { request_id: 'c1', replay_of: 'a1' }));
    expect([old, other].map((path) => existsSync(path))).toEqual([false, true]);
  });

  it('uses the state folder where a part of the path is a file', () => {
    const { root, state, leave } = setUp();
    writeFileSync(join(root, 'file'), '');
    expect(leave(requestFor('file/x.h5'))).toContain(join(state, 'failed'));
  });

  it('uses the state folder for a link that leads out of the roots', () => {
    const { root, state, leave } = setUp();
    symlinkSync(folder(), join(root, 'way-out'));
    expect(leave(requestFor('way-out/x.h5'))).toContain(join(state, 'failed'));
  });

  it.runIf(existsSync('/proc/self'))(
    'uses the state folder when the folder is not writable',
    () => {
      const state = folder();
      const files = new ErrorFiles(new OutputRoots(['/proc']), new TemporaryFiles(state), state);
      expect(files.leave(requestFor('/proc/x.h5'))).toContain(join(state, 'failed'));
      expect(log.events.at(-1)).toMatchObject({ level: 'warn', error: { code: 'not_writable' } });
    },
  );

  it.each([
    ['no parameters', { parameters: undefined as unknown as string }],
    ['parameters that are no JSON', { parameters: '{"output_file": "/x' }],
    ['a hostile id', { parameters: '{}', request_id: '../../etc/passwd' }],
    ['a timestamp that is none', { parameters: '{}', timestamp: 1e300 }],
  ])('leaves a request with %s, and the same once more in the same file', (_case, more) => {
    const { state, leave } = setUp();
    const path = leave(requestFor('x.h5', more));
    expect(leave(requestFor('x.h5', more))).toBe(path);
    expect(readdirSync(join(state, 'failed'))).toHaveLength(1);
    expect(path).toBe(join(state, 'failed', readdirSync(join(state, 'failed'))[0]));
  });

  it('puts the request into the log where nothing else is left', () => {
    const { state, leave } = setUp();
    writeFileSync(join(state, 'failed'), 'no folder');
    mkdirSync(join(state, 'x'));
    expect(leave(requestFor('/etc/x.h5'))).toBeUndefined();
    expect(log.events.at(-1)).toMatchObject({
      level: 'fatal',
      line: expect.stringContaining('a1-b2'),
    });
  });
});
