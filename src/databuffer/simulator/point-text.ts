import { type EventField, POINT_FIELDS } from './query.js';
import { GlobalDates, globalSecondsOf } from './pulse-clock.js';
import type { SimulatedChannel } from './simulated-channel.js';

/** The text of a channel's points around their values, with the fields that were asked for. */
export class PointText {
  /** Whether the value is among them. */
  readonly hasValue: boolean;
  /** What follows the value. */
  readonly after: string;
  private readonly pieces: { lead: string; of: (pulseId: number) => string }[] = [];

  constructor(channel: SimulatedChannel, fields: readonly EventField[]) {
    const dates = new GlobalDates();
    const texts = {
      pulseId: decimals,
      globalDate: (pulseId: number) => `"${dates.of(pulseId)}"`,
      globalSeconds: (pulseId: number) => `"${globalSecondsOf(pulseId)}"`,
      value: () => '',
    };
    let open = '{';
    let shape = '';
    for (const field of POINT_FIELDS.filter((name) => fields.includes(name))) {
      const lead = `${open}"${field}":`;
      if (field === 'shape') shape = lead + JSON.stringify(channel.shape);
      else this.pieces.push({ lead, of: texts[field] });
      open = ',';
    }
    this.hasValue = fields.includes('value');
    this.after = open === '{' ? '{}' : `${shape}}`;
  }

  /** What precedes the value of the point at a pulse. */
  before(pulseId: number): string {
    let text = '';
    for (const { lead, of } of this.pieces) text += lead + of(pulseId);
    return text;
  }
}

/** The text of a pulse id: `String` takes several times longer on numbers of more than 31 bits. */
function decimals(pulseId: number): string {
  const millions = Math.floor(pulseId / 1_000_000);
  if (millions === 0) return String(pulseId);
  // "1" in front keeps the leading zeros.
  return String(millions) + String(1_000_000 + (pulseId % 1_000_000)).slice(1);
}
