import { channelsOf } from '../request/channel-list.js';
import { dataApiRequest, type WriteRequest } from '../request/write-request.js';

/** A request for some channels over the pulses 1 to 10. */
export function writeRequest(
  outputFile: string,
  channels: readonly string[],
  parameters: Record<string, unknown> = {},
): WriteRequest {
  const range = { startPulseId: 1, endPulseId: 10 };
  return {
    data_api_request: JSON.stringify(dataApiRequest(channelsOf(channels), range)),
    parameters: JSON.stringify({
      'general/created': '2018-06-08 14:04:51',
      'general/user': 'p12345',
      'general/process': 'DIA',
      'general/instrument': 'SARES20',
      output_file: outputFile,
      ...parameters,
    }),
    timestamp: 1528459491.5,
    request_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  };
}
