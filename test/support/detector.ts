import { request } from 'undici';

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
