/** The fields of a channel header; undefined ones are left out. */
export interface Header {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly byteOrder?: unknown;
  readonly shape?: unknown;
  readonly compression?: unknown;
}

/** A frame, its length before and after. */
export function frame(payload: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.length);
  return Buffer.concat([length, payload, length]);
}

export function headerFrame(header: Header): Buffer {
  return frame(Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(header))]));
}

/** An event at a pulse, by default stamped as SwissFEL does. */
export function eventFrame(
  pulseId: number | bigint,
  value: Uint8Array | string,
  timestamp = timeOf(pulseId),
): Buffer {
  const before = Buffer.alloc(17);
  before.writeInt8(1);
  before.writeBigInt64BE(timestamp, 1);
  before.writeBigInt64BE(BigInt(pulseId), 9);
  return frame(Buffer.concat([before, Buffer.from(value)]));
}

/** 2018-06-08T12:04:51 UTC, 10 ms a pulse; the pulse id at the end. */
export function timeOf(pulseId: number | bigint): bigint {
  const id = BigInt(pulseId);
  return 1_528_459_491_000_000_000n + id * 10_000_000n + (id % 1_000_000n);
}
