import {
  AT_LATEST,
  IS_RISING,
  LARGEST_PULSE_ID,
  LAST_TIME,
  LATEST,
  PLAIN,
  PULSE_IDS,
  REPEATS,
  TIMESTAMPS,
  VERDICTS,
} from './memory';

// What is to be done with a row.
const DROPPED: u8 = 0;
const KEPT: u8 = 1;
const UNORDERED: u8 = 2;
const OUTSIDE: u8 = 3;
const INVALID: u8 = 4;

const MAX_PULSE_ID: i64 = 1 << 53;

/**
 * Decides which rows are kept, by their times and pulse ids.
 *
 * @param row the first one
 * @param arePulsed whether they have pulse ids
 * @param byPulse whether these decide what is outside, not times
 * @param after what is earlier came before, as did the first @param repeats rows at that time
 * @param first least and @param last largest pulse id
 * @param start first time and @param end the one behind the last
 * @param keptTime time of the last row that was kept before, and @param above the largest pulse id
 * @returns how many are kept
 */
export function judge(
  row: u32,
  count: u32,
  arePulsed: boolean,
  byPulse: boolean,
  after: i64,
  repeats: u32,
  first: i64,
  last: i64,
  start: i64,
  end: i64,
  keptTime: i64,
  above: i64,
): u32 {
  let latest = i64.MIN_VALUE;
  let atLatest: u32 = 0;
  let isRising: u32 = 1;
  let kept: u32 = 0;
  let plain: u32 = 0;
  for (let i = row; i < row + count; i++) {
    const time = load<i64>(TIMESTAMPS + (usize(i) << 3));
    const pulseId = load<i64>(PULSE_IDS + (usize(i) << 3));
    const isRepeat = time === after && repeats > 0;
    if (isRepeat || time < after) {
      if (isRepeat) repeats--;
      store<u8>(VERDICTS + usize(i), DROPPED);
      continue;
    }
    if (time > latest) {
      latest = time;
      atLatest = 1;
    } else if (time === latest) atLatest++;
    let verdict = KEPT;
    if (arePulsed && (pulseId < 0 || pulseId > MAX_PULSE_ID)) verdict = INVALID;
    else if (byPulse ? pulseId < first || pulseId > last : time < start || time >= end) {
      verdict = OUTSIDE;
    } else {
      if (time < keptTime) verdict = UNORDERED;
      else plain++;
      keptTime = time;
      if (pulseId <= above) isRising = 0;
      else above = pulseId;
      kept++;
    }
    store<u8>(VERDICTS + usize(i), verdict);
  }
  store<u32>(IS_RISING, isRising);
  store<u32>(PLAIN, plain);
  store<u32>(AT_LATEST, atLatest);
  store<i64>(LATEST, latest);
  store<i64>(LAST_TIME, keptTime);
  store<i64>(LARGEST_PULSE_ID, above);
  store<u32>(REPEATS, repeats);
  return kept;
}
