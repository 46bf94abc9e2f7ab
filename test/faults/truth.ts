import { mix, seedOf } from '../../src/databuffer/simulator/signals.js';
import type { PulseRange } from '../../src/request/pulse-range.js';
import type { PlannedRequest } from './planned-request.js';

/** The values of a request's channel: a function of its name and the request's number alone. */
export interface TrueChannel {
  readonly name: string;
  readonly type: 'int64' | 'float64' | 'float32' | 'uint16' | 'string';
  /** Elements of a value. */
  readonly elements: number;
  /** It has a point at every pulse id that is a multiple of this. */
  readonly period: number;
}

export type Element = number | bigint | string;

/** Datasets of a channel, flat. */
export interface TrueColumns {
  readonly data: readonly Element[];
  readonly pulse_id: readonly Element[];
  readonly is_data_present: readonly Element[];
  readonly global_date: readonly Element[];
  readonly timestamp: readonly Element[];
}

const EPOCH_MS = 1_795_510_800_000;

/** `REQUEST-<number>`, an int64, or `FAULTS-<TYPE>-<elements>-<period>`. */
export function trueChannel(name: string): TrueChannel {
  if (name.startsWith('REQUEST-')) return { name, type: 'int64', elements: 1, period: 1 };
  const [, type, elements, period] = name.split('-');
  return {
    name,
    type: type.toLowerCase() as TrueChannel['type'],
    elements: Number(elements),
    period: Number(period),
  };
}

export function pulsesOf(
  { period }: TrueChannel,
  { startPulseId, endPulseId }: PulseRange,
): number[] {
  const first = Math.ceil(startPulseId / period) * period;
  const count = Math.max(0, Math.floor((endPulseId - first) / period) + 1);
  return Array.from({ length: count }, (_, n) => first + n * period);
}

/** The value that a channel has at a pulse for a request, `elements` long. */
export function trueValue(
  { name, type, elements }: TrueChannel,
  pulse: number,
  request: number,
): Element[] {
  const seed = mix(request, seedOf(name));
  return Array.from({ length: elements }, (_, n): Element => {
    const noise = mix(pulse * elements + n, seed);
    switch (type) {
      case 'int64':
        return (BigInt(noise) << 30n) - 2n ** 61n;
      case 'float64':
        return noise / 7 - 1e8;
      case 'float32':
        return Math.fround(noise / 1e4);
      case 'uint16':
        return noise & 0xffff;
      default:
        return `request ${request}, Puls ${pulse}: ${noise} Å`;
    }
  });
}

/** Date of a pulse, its last six digits those of the pulse id. */
export function trueDate(pulse: number): string {
  const date = new Date(EPOCH_MS + 10 * (pulse % 1e9)).toISOString().replace('Z', '');
  return `${date}${String(pulse % 1e6).padStart(6, '0')}+00:00`;
}

/** The expected contents of a request's file, by channel. */
export function trueColumns({
  number,
  channels,
  range,
  compact,
}: PlannedRequest): Map<string, TrueColumns> {
  const all = channels.map(trueChannel);
  const union = [...new Set(all.flatMap((channel) => pulsesOf(channel, range)))].sort(
    (a, b) => a - b,
  );
  return new Map(
    all.map((channel) => {
      const own = new Set(pulsesOf(channel, range));
      const pulses = compact ? [...own] : union;
      const absent = Array<Element>(channel.elements).fill(zeroOf(channel.type));
      return [
        channel.name,
        {
          data: pulses.flatMap((pulse) =>
            own.has(pulse) ? trueValue(channel, pulse, number) : absent,
          ),
          pulse_id: pulses.map(BigInt),
          is_data_present: pulses.map((pulse) => Number(own.has(pulse))),
          global_date: pulses.map((pulse) => (own.has(pulse) ? trueDate(pulse) : '')),
          timestamp: pulses.map((pulse) => (own.has(pulse) ? timestampOf(pulse) : 0n)),
        },
      ];
    }),
  );
}

function timestampOf(pulse: number): bigint {
  return BigInt(EPOCH_MS + 10 * (pulse % 1e9)) * 1_000_000n + BigInt(pulse % 1e6);
}

function zeroOf(type: TrueChannel['type']): Element {
  if (type === 'string') return '';
  return type === 'int64' ? 0n : 0;
}
