import { describe, expect, it } from 'vitest';
import * as sources from '../../databuffer/errors.js';
import * as files from '../../filesystem/errors.js';
import { ScatteredPulseIds } from '../../hdf5/extended/pulse-id-set.js';
import { Hdf5Failure } from '../../hdf5/library/hdf5-failure.js';
import { FileUnreadable, ReadingImpossible } from '../../hdf5/read/thread/errors.js';
import { InvalidWriteRequest, OutputFileRefused } from '../../request/errors.js';
import * as ofWriter from '../errors.js';
import * as ofJobs from './errors.js';
import { blameFor } from './whose-fault.js';

const URL = 'http://x/query';
const gone = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });

function refused(transient: boolean): Error {
  const options = { cause: gone, wasConnected: false };
  return new sources.ConnectionFailed(URL, 'ECONNREFUSED', transient, 'gone', options);
}

function onDisk(code: string): Error {
  const cause = Object.assign(new Error(code), { code, syscall: 'write' });
  return new ofWriter.FileSystemFailure('write', '/x', cause);
}

const NONE = 'request';
/** Error, whose fault it may be, whether it passes. */
const CASES: readonly (readonly [Error, string, boolean])[] = [
  [refused(true), 'source writer', true],
  [refused(false), 'source writer', true],
  [new sources.TimedOut(URL, 'connect', 1), 'source writer', true],
  [new sources.TimedOut(URL, 'silence', 1), 'source writer', true],
  ...[500, 502, 503, 429, 408].map(
    (status) => [new sources.HttpFailure(URL, status, ''), 'source', true] as const,
  ),
  [new sources.CredentialsRefused(URL, 401, '', 'renew it'), 'source writer', true],
  [new sources.HeadersUnusable(URL, gone), 'writer', true],
  ...[400, 403, 404, 413].map(
    (status) => [new sources.HttpFailure(URL, status, ''), NONE, false] as const,
  ),
  [new sources.ServerResting(URL, 3), 'source', true],
  [new sources.ServerError(500, 'x'), 'source', true],
  [new sources.ServerError(404, 'x'), NONE, false],
  [new sources.ServerError(undefined, 'x'), NONE, false],
  [new sources.TruncatedReply(1), 'source', true],
  [new sources.IncompleteReply('1', 'x'), 'source', true],
  [new sources.RangeNotFinal(3, 'without a row'), 'source', true],
  [new sources.UndecodableBody(URL, 'gzip', gone), 'source', true],
  [new sources.InvalidHttp(URL, 'x', 'x', true), 'source', true],
  [new sources.InvalidHttp(URL, 'x', 'x'), 'source', false],
  [new sources.MalformedReply(1, 'x'), 'source', false],
  [new sources.UnsupportedEncoding(URL, 'br'), 'source', false],
  [new sources.UnmappedPulses(URL, { startPulseId: 1, endPulseId: 2 }), NONE, false],
  [new sources.UnusableRange({}), NONE, false],
  [new sources.EmptyReply(), NONE, false],
  [new ofJobs.DataNotThereYet(), NONE, false],
  [new ofJobs.NoData(), NONE, false],
  [new ofJobs.ChannelsWithoutData('no_channel_stored', []), NONE, false],
  [new ofJobs.FewerRows(2, 1), NONE, false],
  [new ofJobs.OutputDisturbed('folder_moved', '/x'), 'folder writer', true],
  [new files.OutputFileUnreachable('/x', gone), 'folder writer', true],
  ...['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOENT', 'EIO', 'ESTALE', 'EMLINK'].map(
    (code) => [onDisk(code), 'folder writer', true] as const,
  ),
  [new ofWriter.ThreadLost('gone', true), 'request writer', false],
  [new ofWriter.ThreadLost('gone', false), 'writer', true],
  [new ofWriter.ShutDown('then'), 'writer', true],
  [new ofWriter.CannotWrite('x'), 'writer', false],
  [new ofWriter.UserIdNotApplied(1, 'x'), 'writer', false],
  [new InvalidWriteRequest([]), NONE, false],
  [new OutputFileRefused('/x', 'names a folder'), NONE, false],
  [new OutputFileRefused('/x', 'lies outside', true), 'request writer', false],
  [new ScatteredPulseIds(), NONE, false],
  [new FileUnreadable('/x', 'the disk is away', true), 'folder writer', true],
  [new FileUnreadable('/x', 'a filter is missing', false), 'request writer', false],
  [new ReadingImpossible('/x', 'no memory'), 'writer', true],
  [new Hdf5Failure('disk_full', '/x', 'x', true), 'folder writer', true],
  [new Hdf5Failure('hdf5_write_failed', '/x', 'x', true), 'request writer', false],
  [new Error('nobody expects it'), 'request writer', false],
];

describe('blameFor', () => {
  it.each(CASES.map(([error, faults, passes]) => [error.message, faults, passes, error] as const))(
    '%s: %s, passes: %s',
    (_message, faults, passes, error) => {
      expect(blameFor(error)).toEqual({ faults: faults.split(' '), passes });
    },
  );

  it('has been thought of for every kind of error', () => {
    const kinds = [sources, files, ofWriter, ofJobs]
      .flatMap((module) => Object.values(module) as unknown[])
      .filter((each) => typeof each === 'function' && each.prototype instanceof Error)
      .filter((kind) => kind !== sources.DataSourceError);
    const judged = new Set<unknown>(CASES.map(([error]) => error.constructor));
    expect(kinds.filter((kind) => !judged.has(kind))).toEqual([]);
  });
});
