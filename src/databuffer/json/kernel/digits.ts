/** Eight times the character 0. */
export const ZEROS: u64 = 0x3030303030303030;

/**
 * Counts the digits before the first other one of eight characters.
 *
 * @param digits the characters as loaded, exclusive or `ZEROS`
 */
export function digitCount(digits: u64): u64 {
  const others =
    (((digits & 0x7f7f7f7f7f7f7f7f) + 0x7676767676767676) | digits) & 0x8080808080808080;
  return ctz(others) >> 3;
}

/** The number in the first `count` of eight digits, 1 to 8. */
export function valueOf(digits: u64, count: u64): u64 {
  // Bytes before the first digit read as leading zeros.
  let value = digits << ((8 - count) << 3);
  value = value * 10 + (value >> 8);
  return (
    ((value & 0x000000ff000000ff) * 0x000f424000000064 +
      ((value >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32
  );
}
