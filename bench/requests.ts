import {
  type DataApiRequest,
  type WriteRequest,
  cameraFileOf,
  writeRequestsOf,
} from '../src/request/write-request.js';
import { isCamera } from '../src/request/channel.js';
import { timestampOf } from '../src/databuffer/simulator/pulse-clock.js';
import type { BaselineJob } from './baseline-process.js';
import type { DataServerProcess } from './data-server-process.js';
import { FIRST_PULSE_ID, type Protocol, type Workload } from './workload.js';

/** The write request for so many blocks of a workload, as a broker would send it. */
export function writeRequest(workload: Workload, blocks: number, outputFile: string): WriteRequest {
  const parameters = parametersOf(outputFile);
  const range = rangeOf(workload, blocks);
  const [{ request }] = writeRequestsOf(
    parameters,
    workload.channels,
    range,
    Date.now() / 1000,
    true,
  );
  // A request for cameras alone names a file of its own; here every file has the name that is given.
  return { ...request, parameters: JSON.stringify(parameters) };
}

/** The same as an acquisition: what is posted to a broker, and the file that it becomes. */
export function acquisitionOf(workload: Workload, blocks: number, outputFile: string) {
  const channels = workload.channels.map(({ name }) => name);
  const cameras = channels.some(isCamera);
  return {
    parameters: { ...parametersOf(outputFile), channels },
    range: rangeOf(workload, blocks),
    file: cameras ? cameraFileOf(outputFile) : outputFile,
  };
}

/** The same as the baseline is told. */
export function baselineJob(
  workload: Workload,
  server: DataServerProcess,
  outputFile: string,
): BaselineJob {
  if (workload.protocol === 'api4') {
    const { startPulseId, endPulseId } = rangeOf(workload, 1);
    const channels = workload.channels.map(({ name }) => name);
    const asked = { channels, first_pulse_id: startPulseId, last_pulse_id: endPulseId };
    return { url: server.api4Url, ...asked, output_file: outputFile };
  }
  const request = writeRequest(workload, 1, outputFile);
  const binary = workload.protocol === 'binary';
  const query = binary
    ? binaryQuery(workload, 1)
    : (JSON.parse(request.data_api_request) as DataApiRequest);
  return { url: server.url, query, output_file: outputFile, binary };
}

function parametersOf(outputFile: string) {
  return {
    'general/created': 'today',
    'general/instrument': 'bench',
    'general/process': 'bench',
    'general/user': 'bench',
    output_file: outputFile,
  };
}

function binaryQuery(workload: Workload, blocks: number): object {
  const { startPulseId, endPulseId } = rangeOf(workload, blocks);
  const [startDate, endDate] = [startPulseId, endPulseId + 1].map((pulseId) =>
    new Date(Number(timestampOf(pulseId) / 1_000_000n)).toISOString(),
  );
  const channels = workload.channels.map(({ name }) => name);
  return { channels, range: { type: 'date', startDate, endDate } };
}

function rangeOf({ pulses }: Workload, blocks: number) {
  return { startPulseId: FIRST_PULSE_ID, endPulseId: FIRST_PULSE_ID + blocks * pulses - 1 };
}

/** Settings of a writer that reads from this server. */
export function dataSettings(server: DataServerProcess, protocol: Protocol): string[] {
  if (protocol === 'api4') {
    return ['--data_api_url', server.api4Url, '--data_api_protocol', 'api4'];
  }
  const images = protocol === 'binary' ? ['--image_api_url', server.url] : [];
  return ['--data_api_url', `${server.url}/query`, ...images];
}
