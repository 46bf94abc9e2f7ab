// A process that times a fixed loop: from `begin` until `end` once every few milliseconds. It answers with the
// mean, in µs of its own processor time, so that waiting for the core is not in it.
import { createInterface } from 'node:readline';

const EVERY_MS = 10;
/** Times until the loop is compiled for good. */
const WARM_UPS = 2000;
/** Small enough to be in the fastest cache at once, whatever ran on the core before. */
const NUMBERS = Int32Array.from({ length: 1024 }, (_, n) => Math.imul(n, 2_654_435_761));
const ROUNDS = 80;

let samples: number[] = [];
let timer: NodeJS.Timeout | undefined;
for (let n = 0; n < WARM_UPS; n++) mix();
createInterface(process.stdin).on('line', (line) => {
  if (line === 'begin') {
    samples = [];
    sample();
    timer = setInterval(sample, EVERY_MS);
  } else {
    clearInterval(timer);
    console.log(samples.reduce((sum, each) => sum + each, 0) / samples.length);
  }
});
console.log('ready');

function sample(): void {
  const before = process.cpuUsage();
  mix();
  const { user, system } = process.cpuUsage(before);
  samples.push(user + system);
}

/** Keeps several units of the core busy at once, of which a neighbour would take its share. */
function mix(): number {
  let [a, b, c, d] = [1, 2, 3, 4];
  for (let round = 0; round < ROUNDS; round++) {
    for (let n = 0; n < NUMBERS.length; n += 4) {
      a = Math.imul(a ^ NUMBERS[n], 31);
      b = (b + Math.imul(NUMBERS[n + 1], 7)) | 0;
      c = ((c ^ (NUMBERS[n + 2] >>> 3)) + NUMBERS[n]) | 0;
      d = (d + Math.imul(NUMBERS[n + 3], 13)) ^ (d >>> 1);
    }
  }
  return a ^ b ^ c ^ d;
}
