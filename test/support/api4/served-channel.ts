/** Types of data API 4, as its replies name them. */
export const SCALAR_TYPES = [
  ...(['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64'] as const),
  ...(['f32', 'f64', 'bool', 'string', 'enum'] as const),
];
export type ScalarType = (typeof SCALAR_TYPES)[number];

/** An enum's value. */
export interface EnumValue {
  readonly index: number;
  readonly name: string;
}

export type Element = number | bigint | boolean | string | EnumValue;
export type Value = Element | readonly Element[];

/** One event of a channel. */
export interface ServedEvent {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly pulse: number;
  readonly value: Value;
}

/** A channel that a server has. */
export interface ServedChannel {
  readonly name: string;
  /** `sf-databuffer` unless it says otherwise. */
  readonly backend?: string;
  readonly type: ScalarType | 'unsupevt';
  /** In order of time. */
  readonly events: readonly ServedEvent[];
  /** Whether replies have `pulses`; unless it says otherwise, they do. */
  readonly isPulsed?: boolean;
  /** How the elements of an enum waveform look, on which the facts are silent. */
  readonly enumElements?: 'ix' | 'index' | 'pair' | 'bare';
  /** What a search says of it; without it the search does not find it. */
  readonly found?: {
    readonly type?: string;
    readonly shape?: readonly number[];
    readonly unit?: string;
    readonly description?: string;
  };
}

/** Whether a channel's values are arrays. */
export function isArray(value: Value): value is readonly Element[] {
  return typeof value === 'object' && !('index' in value);
}
