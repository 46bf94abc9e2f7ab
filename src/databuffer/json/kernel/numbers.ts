import { COMMA, skipSpace } from './characters';
import { AFTER_COMMA, COUNT, LONE_NUMBER, WIDE_COUNT } from './memory';
import { isNegative, magnitude, numberValue, parseNumber, wideMagnitude } from './number';
import { cellAfterDecimals, readDecimals } from './decimals';
import { readWholeNumbers, wholeNumberBefore } from './whole-numbers';

// The tags of ../cell-page.ts.
const TAG_WIDE: u64 = 0x7ff80007 << 32;
const TAG_NEGATIVE_WIDE: u64 = 0x7ff80008 << 32;
const LEAST_INT64: u64 = 1 << 63;
/** Commas of a block of 64 bytes that is worth being tried as whole numbers: those of fractions are fewer. */
const MIN_COMMAS: u64 = 8;

/**
 * Reads numbers with commas between them into cells, from a place where a value may stand.
 *
 * @param cells address of the first free cell; there is room for `room` of them
 * @param wides address of the page's 64-bit whole numbers, of which it has `wideCount`
 * @returns where it stopped: at anything else, at a number left by `parseNumber`, or behind the last cell
 */
export function readNumbers(
  start: usize,
  cells: usize,
  room: u32,
  wides: usize,
  wideCount: u32,
): usize {
  let p = start;
  let cell = cells;
  let wideAt = wideCount;
  let afterComma: u32 = 1;
  const end = cells + (usize(room) << 3);
  while (cell < end) {
    const block = p;
    let commas = commasOf(block);
    if (popcnt(commas) >= MIN_COMMAS && readWholeNumbers(block, commas)) {
      do {
        const comma = usize(ctz(commas));
        store<f64>(cell, f64(wholeNumberBefore(comma)));
        cell += 8;
        p = block + comma + 1;
        commas &= commas - 1;
      } while (commas !== 0 && cell < end);
      continue;
    }
    p = readDecimals(block, cell, end);
    cell = cellAfterDecimals();
    if (p !== block) continue;

    p = skipSpace(p);
    const next = parseNumber(p);
    if (next === 0) break;
    if (wideMagnitude() === 0) {
      store<f64>(cell, numberValue());
    } else if (isNegative() && wideMagnitude() > LEAST_INT64) {
      store<f64>(cell, -magnitude());
    } else {
      store<u64>(
        wides + (usize(wideAt) << 3),
        isNegative() ? 0 - wideMagnitude() : wideMagnitude(),
      );
      store<u64>(cell, (isNegative() ? TAG_NEGATIVE_WIDE : TAG_WIDE) | u64(wideAt));
      wideAt++;
    }
    cell += 8;
    p = skipSpace(next);
    if (load<u8>(p) !== COMMA) {
      afterComma = 0;
      break;
    }
    p++;
  }
  store<u32>(COUNT, u32((cell - cells) >> 3));
  store<u32>(WIDE_COUNT, wideAt);
  store<u32>(AFTER_COMMA, afterComma);
  return p;
}

/** Where commas are among the 64 bytes at an address, a bit for each. */
function commasOf(address: usize): u64 {
  const comma = i8x16.splat(COMMA);
  return (
    u64(i8x16.bitmask(i8x16.eq(v128.load(address), comma))) |
    (u64(i8x16.bitmask(i8x16.eq(v128.load(address, 16), comma))) << 16) |
    (u64(i8x16.bitmask(i8x16.eq(v128.load(address, 32), comma))) << 32) |
    (u64(i8x16.bitmask(i8x16.eq(v128.load(address, 48), comma))) << 48)
  );
}

/** Reads one number that is simply a double. @returns the position behind it, 0 if it was left */
export function readNumber(start: usize): usize {
  const end = parseNumber(start);
  if (end === 0 || wideMagnitude() !== 0) return 0;
  store<f64>(LONE_NUMBER, numberValue());
  return end;
}
