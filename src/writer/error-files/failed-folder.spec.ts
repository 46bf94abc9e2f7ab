import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WriteRequest } from '../../request/write-request.js';
import { FailedFolder, failedName } from './failed-folder.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';

describe('FailedFolder', () => {
  const folder = temporaryFolders();

  function setUp() {
    const state = folder();
    const failed = new FailedFolder(state);
    const leave = (request: WriteRequest) => {
      mkdirSync(join(state, 'failed'), { recursive: true });
      const path = join(state, 'failed', failedName(request));
      writeFileSync(path, '');
      return path;
    };
    return { state, failed, leave };
  }

  it('forgets a request, with or without an id', () => {
    const { failed, leave } = setUp();
    for (const request_id of ['a1-b2', undefined]) {
      const request = { ...writeRequest('x.h5', ['A']), request_id };
      const path = leave(request);
      expect(failed.forget(failedName(request), undefined)).toEqual([]);
      expect(existsSync(path)).toBe(false);
      expect(failed.forget(failedName(request), undefined)).toEqual([]);
    }
  });

  it('forgets the request that is acquired again, and nothing else', () => {
    const { failed, leave } = setUp();
    const request = writeRequest('x.h5', ['A']);
    const paths = ['a1', 'b1-a1'].map((request_id) => leave({ ...request, request_id }));
    expect(failed.forget(failedName({ ...request, request_id: 'c1' }), 'a1')).toEqual([]);
    expect(paths.map((path) => existsSync(path))).toEqual([false, true]);
  });

  it('has nothing to forget where there is no such folder', () => {
    const { state, failed } = setUp();
    expect(failed.forget('x.err', undefined)).toEqual([]);
    expect(existsSync(join(state, 'failed'))).toBe(false);
  });

  it('tells what it can’t remove', () => {
    const { state, failed } = setUp();
    mkdirSync(join(state, 'failed', 'x.err'), { recursive: true });
    expect(failed.forget('x.err', undefined)).toEqual([
      expect.stringContaining(`the error file of an earlier failure stays`),
    ]);
  });
});
