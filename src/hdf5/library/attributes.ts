/**
 * Text, a number (float64), a bigint (int64), or texts; more of these than an attribute can hold
 * become one text, their JSON.
 */
export type AttributeValue = string | number | bigint | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** An attribute has 64 KiB, 16 bytes of them for each text. */
const MAX_TEXTS = 4000;

/** An attribute's value as the file can have it. */
export function storable(value: AttributeValue): AttributeValue {
  return typeof value === 'object' && value.length > MAX_TEXTS ? JSON.stringify(value) : value;
}
