/** A text shorter than this is copied by words: faster than a view and a call. */
const SHORT_TEXT = 64;

/** Bytes, and the same memory as a view. */
export interface ViewedBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function viewed(bytes: Uint8Array): ViewedBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Copies the bytes from `start` to `end` to where `to` is: texts of some 35 bytes, one in every row. */
export function copyText(
  source: ViewedBytes,
  start: number,
  end: number,
  target: ViewedBytes,
  to: number,
): void {
  if (end - start >= SHORT_TEXT) {
    target.bytes.set(source.bytes.subarray(start, end), to);
    return;
  }
  let from = start;
  let at = to;
  for (; from + 4 <= end; from += 4, at += 4) target.view.setInt32(at, source.view.getInt32(from));
  while (from < end) target.bytes[at++] = source.bytes[from++];
}

/** Moves the bytes from `start` to `end` up by `distance`. */
export function moveTextUp(
  { bytes, view }: ViewedBytes,
  start: number,
  end: number,
  distance: number,
): void {
  if (end - start >= SHORT_TEXT) {
    bytes.copyWithin(start + distance, start, end);
    return;
  }
  // From the end, as what is read then is not written over yet.
  let from = end;
  for (; from - 4 >= start;) {
    from -= 4;
    view.setInt32(from + distance, view.getInt32(from));
  }
  while (from > start) {
    from--;
    bytes[from + distance] = bytes[from];
  }
}
