import { randomUUID } from 'node:crypto';
import type { AcquisitionParameters } from './acquisition-parameters.js';
import { type Channel, isImageChannel } from './channel.js';
import { exactJson } from './exact-json.js';
import type { Integer } from './integer.js';
import type { Lane } from './lane.js';
import type { PulseRange } from './pulse-range.js';

/**
 * The unit that the broker audits and sends, as it stands in the trail and on the wire.
 *
 * The first three fields are what every implementation knows; readers ignore the others.
 */
export interface WriteRequest {
  /**
   * JSON text of a {@link DataApiRequest}.
   *
   * @example '{"channels":[{"name":"SIMULATOR-SCALAR-FLOAT64-1","backend":"sf-databuffer"}],"range":{"startPulseId":1000,"endPulseId":1299}}'
   */
  readonly data_api_request: string;
  /**
   * JSON text of the acquisition's parameters, `output_file` being this request's own file.
   *
   * @example '{"general/created":"2026-11-24 10:15:00","general/user":"p12345","general/process":"DIA","general/instrument":"SARES20","output_file":"run_0001.h5"}'
   */
  readonly parameters: string;
  /** When the request was made: seconds since the epoch. @example 1795511700.25 */
  readonly timestamp: number;
  /**
   * Unique for each request; a request from another implementation has none.
   *
   * @example '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e'
   */
  readonly request_id?: string;
  /** Where the file has its channels: at its root. Not there: below `/data`. */
  readonly layout?: 'root';
  /**
   * The file that its writer logs to what becomes of the output file: absolute, inside an output root, its
   * name ends in `.log`, its folder is there.
   *
   * @example '/sf/bernina/data/p12345/raw/run0007/logs/acq0001.BSDATA.log'
   */
  readonly log_file?: string;
  /** False where the request is only recorded and must not be sent by itself; else not there. */
  readonly dispatch?: boolean;
  /** The request that this one acquires again, where it does. */
  readonly replay_of?: string;
  /** The trail that it is recorded in; not there in requests of other implementations. */
  readonly trail_id?: string;
  /** Its place in that trail: higher than that of every request recorded before. */
  readonly sequence?: Integer;
  /** When that was made, where it has no id of its own. */
  readonly replay_of_timestamp?: number;
  /** The file may be replaced by one with fewer rows. For this request alone, never for a replay of it. */
  readonly force?: boolean;
  /** The SHA-256 of what was submitted, in base64, where a client submitted it. */
  readonly body_digest?: string;
  /** Which requests go first. @example 'live' */
  readonly lane?: Lane;
  /** On the wire only: how the broker wants it to be carried out, JSON text of a `Handling`. */
  readonly handling?: string;
  /** On the wire only: how often the request has been sent, 1 for the first time. */
  readonly attempt?: Integer;
}

/** A write request that was made just now, and what its texts say: nobody need parse them again. */
export interface ComposedRequest {
  readonly request: WriteRequest;
  readonly outputFile: string;
  /** Undefined where it is asked for by time. */
  readonly range: PulseRange | undefined;
  /** How many channels it asks for. */
  readonly channelsAsked: number;
}

/** The query to the data API: the body of `POST <base>/query`. */
export interface DataApiRequest {
  readonly channels: readonly Channel[];
  readonly range: PulseRange;
  readonly response: { readonly format: 'json'; readonly compression: 'none' };
  readonly eventFields: readonly string[];
  readonly configFields: readonly string[];
}

/** Fields of points and of configs that a file is made of. */
export const REPLY_FIELDS = {
  eventFields: ['channel', 'pulseId', 'value', 'shape', 'globalDate'],
  configFields: ['type', 'shape'],
} as const;

/** The query for some channels over a pulse range. */
export function dataApiRequest(channels: readonly Channel[], range: PulseRange): DataApiRequest {
  return {
    channels,
    range: { startPulseId: range.startPulseId, endPulseId: range.endPulseId },
    response: { format: 'json', compression: 'none' },
    ...REPLY_FIELDS,
  };
}

/**
 * The write requests that an acquisition becomes: one for the cameras, with a file of its own, and
 * one for all other channels. A part without channels makes none.
 *
 * @param parameters with `output_file` as it is to be written
 * @param timestamp seconds since the epoch
 * @param acquisitionId what the requests' ids are made of: the same acquisition makes the same ids
 */
export function writeRequestsOf(
  parameters: AcquisitionParameters,
  channels: readonly Channel[],
  range: PulseRange,
  timestamp: number,
  dispatch: boolean,
  acquisitionId: string = randomUUID(),
): ComposedRequest[] {
  const [channelsId, camerasId] = requestIdsOf(acquisitionId);
  const parts = [
    {
      id: channelsId,
      channels: channels.filter((channel) => !isImageChannel(channel)),
      outputFile: parameters.output_file,
    },
    {
      id: camerasId,
      channels: channels.filter(isImageChannel),
      outputFile: cameraFileOf(parameters.output_file),
    },
  ];
  return parts
    .filter((part) => part.channels.length > 0)
    .map(({ id, channels: own, outputFile }) => ({
      request: {
        data_api_request: JSON.stringify(dataApiRequest(own, range)),
        parameters: exactJson(partParameters(parameters, own, outputFile)),
        timestamp,
        request_id: id,
        lane: 'live' as const,
        ...(!dispatch && { dispatch }),
      },
      outputFile,
      range,
      channelsAsked: own.length,
    }));
}

/** The ids of the requests that an acquisition can become: of its channels, of its cameras. */
export function requestIdsOf(acquisitionId: string): readonly [string, string] {
  return [acquisitionId, `${acquisitionId}-images`];
}

/** The file that an acquisition's cameras go into: `X.h5` has `X.IMAGES.h5`, `/dev/null` stays. */
export function cameraFileOf(outputFile: string): string {
  if (outputFile === '/dev/null') return outputFile;
  return outputFile.replace(/(\.h5)?$/, '.IMAGES.h5');
}

// The list in the parameters names this part's channels only: whoever writes from it must not put
// the same data into two files.
function partParameters(
  parameters: AcquisitionParameters,
  channels: readonly Channel[],
  outputFile: string,
): AcquisitionParameters {
  const own = { ...parameters, output_file: outputFile };
  if (parameters.channels) own.channels = channels.map(({ name }) => name);
  return own;
}
