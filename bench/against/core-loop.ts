// A process that times a fixed loop, much like that which reads numbers: for each line that it is told, the
// median of some rounds, in ms.
import { createInterface } from 'node:readline';
import { median } from '../statistics.js';

const ROUNDS = 7;
/** Times until the loop is compiled for good. */
const WARM_UPS = 200;
const TEXT = Buffer.from('21767262480,513.4482,-7.25e-3,4095,'.repeat(8000));

for (let n = 0; n < WARM_UPS; n++) digitSum();
createInterface(process.stdin).on('line', () => console.log(timed()));
console.log('ready');

function timed(): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begun = performance.now();
    digitSum();
    return performance.now() - begun;
  });
  return median(rounds);
}

function digitSum(): number {
  let sum = 0;
  for (let n = 0; n < TEXT.length; n++) {
    const digit = TEXT[n] - 48;
    sum = digit >= 0 && digit <= 9 ? (Math.imul(sum, 10) + digit) | 0 : sum >>> 1;
  }
  return sum;
}
