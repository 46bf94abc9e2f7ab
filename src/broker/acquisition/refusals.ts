import { AuditTrailFailed } from '../../audit/errors.js';
import { OutputFileUnreachable } from '../../filesystem/errors.js';
import { OutputFileRefused } from '../../request/errors.js';
import { AcquisitionNotSaved } from './errors.js';

// Examples for the OpenAPI document of the errors that several calls have.

const FULL = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
const STALE = Object.assign(new Error('stale file handle'), { code: 'ESTALE' });

export const NOT_RECORDED = new AuditTrailFailed('/var/log/sf_databuffer_audit.log', FULL);

export const NOT_SAVED = new AcquisitionNotSaved(
  '/var/log/sf_databuffer_audit.log.acquisition',
  FULL,
);

export const BAD_OUTPUT_FILE = [
  new OutputFileRefused('run/', 'names a folder: give the name of a file in it.'),
  new OutputFileUnreachable('/sf/data/run_0001.h5', STALE),
];
