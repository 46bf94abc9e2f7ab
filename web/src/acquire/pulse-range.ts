/** Pulses of the accelerator a second. */
const PULSE_RATE = 100;

/** The pulse id in a text, grouped or not; undefined if it is none. */
export function pulseIdIn(text: string): number | undefined {
  const digits = text.replaceAll(/[\s_'’,.]/gu, '');
  if (!/^\d{1,16}$/u.test(digits)) return undefined;
  const pulseId = Number(digits);
  return pulseId <= 2 ** 53 ? pulseId : undefined;
}

/** What a range is, for people: "1 000 pulses, 10 s at 100 Hz"; undefined where it is none. */
export function spanOf(first: number | undefined, last: number | undefined): Span | undefined {
  if (first === undefined || last === undefined || last < first) return undefined;
  const pulses = last - first + 1;
  return { pulses, seconds: pulses / PULSE_RATE };
}

export interface Span {
  readonly pulses: number;
  readonly seconds: number;
}
