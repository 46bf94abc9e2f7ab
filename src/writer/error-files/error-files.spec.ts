import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatTrailLine, parseTrailLine } from '../../audit/trail-line.js';
import { OutputRoots } from '../../filesystem/output-roots.js';
import type { WriteRequest } from '../../request/write-request.js';
import { ErrorFiles, type UnwrittenRequest } from './error-files.js';
import { received } from '../held-request.js';
import { TemporaryFiles } from '../state/temporary-files.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';

function failed(request: WriteRequest): UnwrittenRequest {
  const { identity, outputFile, leftAs } = received(request);
  return { line: `${formatTrailLine(request)}\n`, identity, outputFile, leftAs };
}

describe('ErrorFiles', () => {
  const folder = temporaryFolders();

  function setUp() {
    const [root, state] = [folder(), folder()];
    const files = new ErrorFiles(new OutputRoots([root]), new TemporaryFiles(state), state);
    const leave = (request: WriteRequest) => files.leave(failed(request)).path;
    return { root, state, files, leave };
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
      expect(files.leave(failed(requestFor('/proc/x.h5')))).toMatchObject({
        path: expect.stringContaining(join(state, 'failed')),
        notBeside: expect.stringMatching(/^can't write \/proc\/x\.h5\.err: .*not_writable/),
      });
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

  it('leaves the error file that is there already as it is', () => {
    const { root, state, leave } = setUp();
    for (const [path, name] of [
      [join(root, 'x.h5.err'), 'x.h5'],
      ['failed', '/etc/x.h5'],
    ]) {
      const left = leave(requestFor(name))!;
      expect(left).toContain(path);
      const { ino } = statSync(left);
      expect(leave(requestFor(name))).toBe(left);
      expect(statSync(left).ino).toBe(ino);
      appendFileSync(left, 'and more');
      expect(leave(requestFor(name))).toBe(left);
      expect(readFileSync(left, 'utf8')).not.toContain('and more');
      rmSync(left);
      expect(leave(requestFor(name))).toBe(left);
    }
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
  });

  it('says why where nothing is left', () => {
    const { state, files } = setUp();
    writeFileSync(join(state, 'failed'), 'no folder');
    expect(files.leave(failed(requestFor('/etc/x.h5')))).toEqual({
      notBeside: expect.stringContaining('outside the output roots'),
      notInState: expect.stringContaining(join(state, 'failed')),
      warnings: [],
    });
  });

  it('leaves it without a journal, and says so', () => {
    const { root, state, files } = setUp();
    writeFileSync(join(state, 'journal'), 'no folder');
    const { path, warnings } = files.leave(failed(requestFor('x.h5')));
    expect(path).toBe(join(root, 'x.h5.err'));
    expect(warnings).toEqual([expect.stringContaining("can't enter a file into the journal")]);
  });

  const TRAIL = { trail_id: 'trail-1', timestamp: 1000 };
  const newer = requestFor('x.h5', { ...TRAIL, request_id: 'newer', sequence: 8 });
  const older = requestFor('x.h5', { ...TRAIL, request_id: 'older', sequence: 7 });

  it.each([
    ['of a newer request stays, and the older one gets its own', older, newer, false],
    ['of an older request is replaced', newer, older, true],
    ['of the same request is replaced', newer, newer, true],
    ['of one that acquires it again is replaced', older, { ...newer, replay_of: 'older' }, true],
    ['of one that it acquires again is replaced', { ...older, replay_of: 'newer' }, newer, true],
    ['of another trail is replaced', older, { ...newer, trail_id: 'trail-2' }, true],
    ['without a place in a trail is replaced', older, { ...newer, sequence: undefined }, true],
  ])('an error file %s', (_what, request, there, isReplaced) => {
    const { root, state, leave } = setUp();
    const beside = join(root, 'x.h5.err');
    leave(there);
    const path = leave(request)!;
    expect(path).toBe(
      isReplaced ? beside : join(state, 'failed', readdirSync(join(state, 'failed'))[0]),
    );
    expect(readFileSync(path, 'utf8')).toContain(`"${request.request_id}"`);
    const { request_id: owner } = isReplaced ? request : there;
    expect(parseTrailLine(readFileSync(beside, 'utf8').trimEnd())).toMatchObject({
      request: { request_id: owner },
    });
  });
});
