import { createHash } from 'node:crypto';

/** Frames written by hand, so that encoder and decoder are not only tested against each other. */
export interface RawMessage {
  readonly main?: Record<string, unknown>;
  readonly data?: unknown;
  /** Frame 2 as bytes, instead of `data`. */
  readonly dataFrame?: Buffer;
  readonly values?: readonly Buffer[];
}

/** Main header, data header and value frames; `main` overrides fields of a right main header. */
export function rawFrames({ main, data, dataFrame, values = [] }: RawMessage): Buffer[] {
  const second = dataFrame ?? Buffer.from(JSON.stringify(data));
  const header = {
    htype: 'bsr_m-1.1',
    pulse_id: 7,
    global_timestamp: { sec: 1529914272, ns: 100 },
    hash: createHash('md5').update(second).digest('hex'),
    ...main,
  };
  return [Buffer.from(JSON.stringify(header)), second, ...values];
}

/** 16 bytes: 1529914272 s, 100 ns, little. */
export const TIME = Buffer.from('a0a3305b000000006400000000000000', 'hex');

/** A message of one channel. */
export function oneChannel(
  channel: Record<string, unknown>,
  value: Buffer,
  time: Buffer = TIME,
): Buffer[] {
  return rawFrames({ data: { htype: 'bsr_d-1.1', channels: [channel] }, values: [value, time] });
}

/** A write request as an original broker sends it, 1.5 as timestamp, with further channels behind. */
export function writeRequestFrames(
  request: { data_api_request?: string; parameters?: string } = {},
  further: readonly { readonly header: Record<string, unknown>; readonly value: Buffer }[] = [],
): Buffer[] {
  const text = { type: 'string', shape: [1], encoding: 'little' };
  return rawFrames({
    data: {
      htype: 'bsr_d-1.1',
      channels: [
        { name: 'data_api_request', ...text },
        { name: 'parameters', ...text },
        { name: 'timestamp', type: 'float64', shape: [1], encoding: 'little' },
        ...further.map(({ header }) => header),
      ],
    },
    values: [
      Buffer.from(request.data_api_request ?? '{"channels":[]}'),
      TIME,
      Buffer.from(request.parameters ?? '{"output_file":"/dev/null"}'),
      TIME,
      Buffer.from('000000000000f83f', 'hex'),
      TIME,
      ...further.flatMap(({ value }) => [value, TIME]),
    ],
  });
}
