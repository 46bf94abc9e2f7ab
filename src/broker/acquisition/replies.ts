import type { AcquisitionParameters } from '../../request/acquisition-parameters.js';
import type { AcquisitionStatus } from './acquisition.js';

/** The state of the acquisition, which every reply with a body has. */
export interface StatusReply {
  readonly state: 'ok';
  readonly status: AcquisitionStatus;
}

export interface ParametersReply extends StatusReply {
  /** @example 'configured' */
  readonly status: AcquisitionStatus;
  /** As they were posted, unknown keys included. */
  readonly parameters: AcquisitionParameters;
}
