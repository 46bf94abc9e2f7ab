const WORDS = [
  ...['pulses', 'scalar_type', 'tss', 'values', 'valuestrings'],
  ...['rangeFinal', 'continueAt', 'error', 'type', 'keepalive'],
  ...['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'bool', 'string', 'enum'],
].map((word) => ({ word, bytes: Buffer.from(word) }));

/** A short text. Those of each frame are found, not made: of small frames they would be half the work. */
export function wordOf(text: Uint8Array): string {
  const known = WORDS.find(({ bytes }) => isSame(bytes, text));
  return known === undefined ? Buffer.from(text).toString() : known.word;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
