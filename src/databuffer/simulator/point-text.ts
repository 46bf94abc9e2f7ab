import { POINT_FIELDS, type PointField } from './query.js';
import { GlobalDates, globalMillisOf, globalSecondsOf } from './pulse-clock.js';
import type { SimulatedChannel } from './simulated-channel.js';

type Text = string | ((pulseId: number) => string);

/** The text of a channel's points around their values, with the fields that were asked for. */
export class PointText {
  /** Whether the value is among them. */
  readonly hasValue: boolean;
  /** Text behind the value. */
  readonly after: string;
  private readonly pieces: { lead: string; of: (pulseId: number) => string }[] = [];

  constructor(channel: SimulatedChannel, fields: readonly PointField[]) {
    const texts = textsOf(channel);
    let lead = '{';
    let isEmpty = true;
    for (const field of POINT_FIELDS.filter((name) => fields.includes(name))) {
      lead += `${isEmpty ? '' : ','}"${field}":`;
      isEmpty = false;
      const text = texts[field];
      if (typeof text === 'string') {
        lead += text;
      } else {
        this.pieces.push({ lead, of: text });
        lead = '';
      }
    }
    this.hasValue = fields.includes('value');
    this.after = `${lead}}`;
  }

  /** Text before the value of the point at a pulse. */
  before(pulseId: number): string {
    let text = '';
    for (const { lead, of } of this.pieces) text += lead + of(pulseId);
    return text;
  }
}

/** Texts of the fields; their IOCs' clocks show the global time, and nothing is ever wrong. */
function textsOf({ name, backend, type, shape }: SimulatedChannel): Record<PointField, Text> {
  const dates = new GlobalDates();
  const date = (pulseId: number) => `"${dates.of(pulseId)}"`;
  const seconds = (pulseId: number) => `"${globalSecondsOf(pulseId)}"`;
  const millis = (pulseId: number) => String(globalMillisOf(pulseId));
  return {
    backend: JSON.stringify(backend),
    channel: JSON.stringify(name),
    pulseId: decimals,
    globalDate: date,
    globalSeconds: seconds,
    globalMillis: millis,
    iocDate: date,
    iocSeconds: seconds,
    iocMillis: millis,
    eventCount: '1',
    severity: '0',
    status: '0',
    type: JSON.stringify(type),
    // The reply puts it in.
    value: () => '',
    shape: JSON.stringify(shape),
  };
}

/** The text of a pulse id: `String` takes several times longer on numbers of more than 31 bits. */
function decimals(pulseId: number): string {
  const millions = Math.floor(pulseId / 1_000_000);
  if (millions === 0) return String(pulseId);
  // "1" in front keeps the leading zeros.
  return String(millions) + String(1_000_000 + (pulseId % 1_000_000)).slice(1);
}
