import { describe, expect, it } from 'vitest';
import { ConnectionFailed, HttpFailure, failedAt } from '../../databuffer/errors.js';
import { Hdf5Failure } from '../../hdf5/library/hdf5-failure.js';
import { OutputFileUnreachable } from '../../filesystem/errors.js';
import { ThreadLost, FileSystemFailure } from '../errors.js';
import { OutputFileRefused } from '../../request/errors.js';
import { failureOf, toldOf } from './failure-of.js';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code, syscall: 'write', errno: -1 });
}

describe('failureOf', () => {
  it.each([
    ['a busy server', new HttpFailure('http://x', 503, ''), 'http_status', 'transient'],
    ['a wrong question', new HttpFailure('http://x', 400, ''), 'http_status', 'permanent'],
    [
      'a full disk, said HDF5',
      new Hdf5Failure('disk_full', '/x', 'full', true),
      'disk_full',
      'permanent',
    ],
    [
      'a broken HDF5',
      new Hdf5Failure('hdf5_write_failed', '/x', 'odd', true),
      'hdf5_write_failed',
      'thread',
    ],
    [
      'a file that can’t be written',
      new Hdf5Failure('hdf5_write_failed', '/x', 'odd', false),
      'hdf5_write_failed',
      'permanent',
    ],
    ['a lost thread', new ThreadLost('gone', true), 'thread_lost', 'thread'],
    ['a thread that never was ready', new ThreadLost('gone', false), 'thread_lost', 'transient'],
    ['a process without descriptors', systemError('EMFILE'), 'resources_exhausted', 'transient'],
    ['a machine without descriptors', systemError('ENFILE'), 'resources_exhausted', 'transient'],
    ['a machine without memory', systemError('ENOMEM'), 'resources_exhausted', 'transient'],
    [
      'no descriptor for a connection',
      new ConnectionFailed('http://x', 'EMFILE', true, 'too many open files', {
        cause: systemError('EMFILE'),
        wasConnected: false,
      }),
      'resources_exhausted',
      'transient',
    ],
    [
      'no descriptor for HDF5',
      new Hdf5Failure('hdf5_write_failed', '/x', 'No file descriptors available', true),
      'resources_exhausted',
      'transient',
    ],
    [
      'no memory for a thread',
      new ThreadLost('gone', false, {
        cause: new Error("HDF5 can't be loaded", {
          cause: new RangeError('WebAssembly.Memory(): could not allocate memory'),
        }),
      }),
      'resources_exhausted',
      'transient',
    ],
    [
      'a thread that could not be started',
      Object.assign(new Error('Worker initialization failure: EAGAIN'), {
        code: 'ERR_WORKER_INIT_FAILED',
      }),
      'resources_exhausted',
      'transient',
    ],
    [
      'no memory for rows',
      new RangeError('Array buffer allocation failed'),
      'resources_exhausted',
      'transient',
    ],
    [
      'a server that has no memory',
      new HttpFailure('http://x', 400, 'out of memory'),
      'http_status',
      'permanent',
    ],
    [
      'a job that fills its thread',
      new ThreadLost('it ran out of memory (128 MB)', true),
      'thread_lost',
      'thread',
    ],
    ['a full disk, said the system', systemError('ENOSPC'), 'disk_full', 'permanent'],
    [
      'a quota',
      new FileSystemFailure('write', '/x', systemError('EDQUOT')),
      'disk_full',
      'permanent',
    ],
    [
      'a read-only disk',
      new FileSystemFailure('write', '/x', systemError('EROFS')),
      'not_writable',
      'permanent',
    ],
    ['a broken disk', systemError('EIO'), 'file_system_error', 'transient'],
    ['a mount point', systemError('EBUSY'), 'file_system_error', 'transient'],
    ['a cable that was pulled', systemError('EHOSTUNREACH'), 'file_system_error', 'transient'],
    [
      'a file server that does not tell where a name leads',
      new OutputFileUnreachable('/x', systemError('ESTALE')),
      'file_system_error',
      'transient',
    ],
    ['a link too many', systemError('EMLINK'), 'file_system_error', 'permanent'],
    ['wasm that aborted', new Error('unreachable'), 'internal_error', 'thread'],
    ['no error at all', 'oops', 'internal_error', 'thread'],
  ])('classes %s', (_case, error, code, kind) => {
    const failure = failureOf(error);
    expect(failure).toMatchObject({ code, kind });
    expect(failure.message).not.toBe('');
  });

  it('names an error that Node has no name for', () => {
    const stale = { code: 'Unknown system error -116', errno: -116, syscall: 'rename' };
    const error = Object.assign(new Error('Unknown system error -116: rename'), stale);
    expect(failureOf(new FileSystemFailure('write', '/x', error))).toEqual({
      code: 'file_system_error',
      message: "can't write /x: the file server no longer knows the file or its folder (ESTALE)",
      kind: 'transient',
      faults: ['folder', 'writer'],
      passes: true,
    });
  });

  it('tells whose fault it may be, where, and what the source asked for', () => {
    const busy = new HttpFailure('http://x/query', 503, '', undefined, 20);
    failedAt('http://me:secret@x', busy);
    expect(toldOf(failureOf(busy, '/out'))).toEqual({
      code: 'http_status',
      message: 'http://x/query answered HTTP 503',
      faults: ['source'],
      passes: true,
      place: 'http://***@x',
      retry_after: 20,
    });
    const full = new Hdf5Failure('disk_full', '/out/x.h5', 'full', true);
    expect(failureOf(full, '/out')).toMatchObject({ faults: ['folder', 'writer'], place: '/out' });
    const elsewhere = new OutputFileRefused('/home/x.h5', 'lies outside', true);
    expect(failureOf(elsewhere, '/home')).toMatchObject({ passes: false, place: '/home' });
    expect(failureOf(new Error('odd'), '/out')).not.toHaveProperty('place');
  });
});
