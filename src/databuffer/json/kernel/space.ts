/** Passes over white space. */
export function skipSpace(start: usize): usize {
  let p = start;
  let c = load<u8>(p);
  while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = load<u8>(++p);
  return p;
}
