import { timestampOf } from '../src/databuffer/simulator/pulse-clock.js';
import { packValue } from '../src/databuffer/simulator/bitshuffle-packer.js';
import type { Reply } from './reply.js';
import { Signal } from './signal.js';
import { FIRST_PULSE_ID, type ServedChannel, type Workload } from './workload.js';

const CHANNEL_HEADER = 0;
const EVENT = 1;

/** Images in the frames of the binary protocol, compressed once with bitshuffle-LZ4. */
export class BinaryReply implements Reply {
  private readonly header: Buffer;
  private readonly values: readonly Buffer[];

  constructor({ channels: [channel], pulses }: Workload, seed: number) {
    const { name, type, shape } = channel;
    const description = { name, type, byteOrder: 'LITTLE_ENDIAN', shape, compression: 1 };
    const json = Buffer.from(JSON.stringify(description));
    this.header = framed([Buffer.of(CHANNEL_HEADER), json]);
    this.values = packedImages(channel, pulses, new Signal(channel, seed));
  }

  byteLength(blocks: number): number {
    // Length before and after, type, timestamp, pulse id.
    const frames = this.values.map(({ length }) => length + 4 + 4 + 1 + 8 + 8);
    return this.header.length + blocks * frames.reduce((sum, bytes) => sum + bytes, 0);
  }

  *pieces(blocks: number): Generator<Buffer> {
    yield this.header;
    for (let n = 0; n < blocks * this.values.length; n++) {
      const value = this.values[n % this.values.length];
      const before = Buffer.alloc(21);
      before.writeInt32BE(value.length + 17);
      before.writeInt8(EVENT, 4);
      before.writeBigInt64BE(timestampOf(FIRST_PULSE_ID + n), 5);
      before.writeBigInt64BE(BigInt(FIRST_PULSE_ID + n), 13);
      yield before;
      yield value;
      yield before.subarray(0, 4);
    }
  }
}

function packedImages({ shape }: ServedChannel, pulses: number, signal: Signal): Buffer[] {
  const pixels = shape.reduce((product, length) => product * length, 1);
  const ring = signal.ring();
  return Array.from({ length: pulses }, (_, n) => {
    const from = signal.offsetAt(FIRST_PULSE_ID + n, ring.length);
    const image = new Uint16Array(pixels);
    image.set(ring.subarray(from));
    image.set(ring.subarray(0, from), ring.length - from);
    return packValue(Buffer.from(image.buffer), Uint16Array.BYTES_PER_ELEMENT);
  });
}

function framed(payload: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(payload.reduce((sum, part) => sum + part.length, 0));
  return Buffer.concat([length, ...payload, length]);
}
