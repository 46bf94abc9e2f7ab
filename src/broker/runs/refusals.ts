import {
  PgroupBusy,
  PgroupClosed,
  PgroupFolderMissing,
  PgroupNotWritable,
} from '../../runs/errors.js';
import { InvalidRunCall, UnknownNetwork } from './errors.js';

// Examples for the OpenAPI document of the errors that several calls about runs have.

const RAW = '/sf/bernina/data/p12345/raw';
const NOT_THERE = Object.assign(new Error('no such file or directory'), { code: 'ENOENT' });
const NOT_ALLOWED = Object.assign(new Error('permission denied'), { code: 'EACCES' });

export const UNKNOWN_NETWORK = new UnknownNetwork('10.1.2.3', ['alvra', 'bernina']);

/** Of calls that change something in a pgroup. */
export const PGROUP_REFUSALS = [
  new InvalidRunCall([{ field: 'pgroup', problem: 'is missing: give a pgroup, as p12345' }]),
  UNKNOWN_NETWORK,
  new PgroupFolderMissing(RAW, NOT_THERE),
  new PgroupNotWritable(`${RAW}/run_info`, NOT_ALLOWED),
  new PgroupClosed(`${RAW}/run_info/CLOSED`),
  new PgroupBusy(`${RAW}/run_info/.lock`, 10),
];
