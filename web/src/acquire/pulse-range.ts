/** Pulses of the accelerator a second. */
const PULSE_RATE = 100;
/** The largest pulse id that the broker takes. */
const LARGEST = 2 ** 53;

/** The pulse id in a text, grouped or not; undefined if it is none. */
export function pulseIdIn(text: string): number | undefined {
  const digits = digitsOf(text);
  if (!/^\d{1,16}$/u.test(digits)) return undefined;
  const pulseId = Number(digits);
  return pulseId <= LARGEST ? pulseId : undefined;
}

/** Why a text is no pulse id, or no number of them; undefined where it is one. */
export function whyNoPulseId(text: string): string | undefined {
  if (pulseIdIn(text) !== undefined) return undefined;
  const isNumber = /^\d+$/u.test(digitsOf(text));
  return isNumber
    ? `Too large: pulse ids go up to ${LARGEST}.`
    : 'Enter a whole number, 0 or more.';
}

/** Without what groups them. */
function digitsOf(text: string): string {
  return text.replaceAll(/[\s_'’,.]/gu, '');
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
