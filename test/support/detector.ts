import { request } from 'undici';
import type { WriteReport } from '../../src/report/write-report.js';
import { poll } from './poll.js';

/** A reply of the broker, as its clients see it. */
export interface Reply {
  readonly code: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** One HTTP call. */
export async function call(method: string, url: string, body?: unknown): Promise<Reply> {
  const { statusCode, body: answer } = await request(url, {
    method: method as 'GET',
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await answer.text();
  return {
    code: statusCode,
    text,
    json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** Parameters that DIA would post. */
export function parametersFor(outputFile: string, channels?: readonly string[]) {
  return {
    'general/created': '2026-11-24 10:00:00',
    'general/user': 'p12345',
    'general/process': 'test',
    'general/instrument': 'SARES20',
    output_file: outputFile,
    ...(channels && { channels }),
  };
}

/** Acts as DIA and a detector writer for a whole acquisition. */
export async function acquire(
  brokerUrl: string,
  parameters: object,
  startPulseId: number,
  stopPulseId: number,
): Promise<void> {
  const steps = [
    await call('POST', `${brokerUrl}/parameters`, parameters),
    await call('PUT', `${brokerUrl}/start_pulse_id/${startPulseId}`),
    await call('PUT', `${brokerUrl}/stop_pulse_id/${stopPulseId}`),
  ];
  const failed = steps.find(({ code }) => code !== 200);
  if (failed) throw new Error(failed.text);
}

/** Waits until the newest request for a file has ended. @returns what its writer reported */
export async function reportOf(brokerUrl: string, file: string): Promise<WriteReport> {
  return poll(async () => {
    const { json } = await call('GET', `${brokerUrl}/requests?limit=1&output_file=${file}`);
    const [{ request_id, state }] = json.requests as Record<string, string>[];
    if (!['written', 'failed'].includes(state)) return undefined;
    const { json: record } = await call('GET', `${brokerUrl}/requests/${request_id}`);
    return (record.request as { report: WriteReport }).report;
  });
}

/** Waits until so many writers are connected. */
export async function writersConnected(brokerUrl: string, count: number): Promise<void> {
  await poll(async () => {
    const { json } = await call('GET', `${brokerUrl}/statistics`);
    const { writers_connected } = json.statistics as Record<string, unknown>;
    return writers_connected === count || undefined;
  });
}
