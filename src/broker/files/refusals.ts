import {
  FileCallFailed,
  ReadingEnded,
  ReadingTimedOut,
  TooMuchWork,
  ViewerBusy,
} from '../../viewer/errors.js';
import { InvalidQuery } from '../http/http-errors.js';

// Examples for the OpenAPI document.

export const FILE_MISSING = new InvalidQuery([
  { field: 'file', problem: 'is missing: give the path of a file' },
]);

export const REFUSALS_OF_FILES = [
  FILE_MISSING,
  new FileCallFailed(
    'bad_question',
    "selection: 'x' is neither an index nor a slice: write 5, 2:10 or ::3.",
  ),
  new FileCallFailed(
    'file_not_served',
    'Permission denied: /etc/passwd lies outside of the folders whose files are shown: /sf.',
  ),
  new FileCallFailed('file_not_found', 'File not found: run_0001.h5 does not exist.'),
  new FileCallFailed(
    'not_in_file',
    '/data/X is not a valid path: nothing in the file has this name.',
  ),
  new FileCallFailed(
    'link_unresolved',
    'Cannot resolve soft link at /data/X: its target is not in the file.',
  ),
  new FileCallFailed('not_hdf5', 'notes.txt is not an HDF5 file.'),
  new FileCallFailed(
    'damaged_file',
    'The file is damaged: H5Fopen: unable to open file: truncated file',
  ),
  new FileCallFailed(
    'not_readable_here',
    "/data/X/data can't be read here: it is compressed with HDF5's filter 32015 (zstd).",
  ),
  new FileCallFailed('file_unreadable', "The file can't be read: EIO: i/o error"),
  new ViewerBusy(200),
  new ReadingEnded('took more memory than it may'),
  new ReadingTimedOut(20),
  new TooMuchWork(60),
];
