import { createHash } from 'node:crypto';

/**
 * The bsread messages of the Python implementation, put together and taken apart by hand from its
 * wire format, so that our codec is not only tested against itself.
 */

/** A write request as the Python broker sends it. */
export function originalMessage(
  counter: number,
  dataApiRequest: string,
  parameters: string,
  timestamp: number,
): Buffer[] {
  const dataHeader = Buffer.from(
    '{"htype": "bsr_d-1.1", "channels": [' +
      '{"encoding": "little", "name": "data_api_request", "shape": [1], "type": "string"}, ' +
      '{"encoding": "little", "name": "parameters", "shape": [1], "type": "string"}, ' +
      '{"encoding": "little", "name": "timestamp", "shape": [1], "type": "float64"}]}',
  );
  const hash = createHash('md5').update(dataHeader).digest('hex');
  const seconds = Math.floor(timestamp);
  const mainHeader = Buffer.from(
    `{"dh_compression": "none", "global_timestamp": {"ns": 5, "epoch": ${seconds}}, ` +
      `"hash": "${hash}", "htype": "bsr_m-1.1", "pulse_id": ${counter}}`,
  );
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(BigInt(seconds));
  time.writeBigInt64LE(5n, 8);
  const value = Buffer.alloc(8);
  value.writeDoubleLE(timestamp);
  return [
    mainHeader,
    dataHeader,
    ...[Buffer.from(dataApiRequest), time],
    ...[Buffer.from(parameters), time],
    ...[value, time],
  ];
}

/** The fields that a Python writer reads from a message: it looks channels up by name. */
export function readAsOriginal(frames: readonly Buffer[]) {
  const main = JSON.parse(frames[0].toString()) as Record<string, unknown>;
  const data = JSON.parse(frames[1].toString()) as {
    htype: string;
    channels: { name: string; type?: string; encoding?: string }[];
  };
  if (main.htype !== 'bsr_m-1.1' || data.htype !== 'bsr_d-1.1') throw new Error('wrong htype');
  const hash = createHash('md5').update(frames[1]).digest('hex');
  if (main.hash !== hash) throw new Error('the hash is not that of the data header');
  if (frames.length !== 2 + 2 * data.channels.length) throw new Error('wrong number of frames');
  const frameOf = (name: string) =>
    frames[2 + 2 * data.channels.findIndex((channel) => channel.name === name)];
  return {
    pulseId: main.pulse_id as number,
    channelNames: data.channels.map(({ name }) => name),
    dataApiRequest: JSON.parse(frameOf('data_api_request').toString()) as Record<string, unknown>,
    parameters: JSON.parse(frameOf('parameters').toString()) as Record<string, unknown>,
    timestamp: frameOf('timestamp').readDoubleLE(),
  };
}
