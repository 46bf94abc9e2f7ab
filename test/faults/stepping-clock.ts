import { readFileSync } from 'node:fs';

// Preloaded into a process, it shifts the wall clock by the ms that a file says, whenever they change.
const LOOK_EVERY_MS = 50;
const RealDate = Date;
const file = process.env.FAULTS_CLOCK;
let offset = 0;

function look(): void {
  try {
    offset = Number(readFileSync(file!, 'utf8'));
  } catch {
    // Nobody has set the clock yet.
  }
}

const now = () => RealDate.now() + offset;

if (file !== undefined) {
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) =>
      key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown),
  });
}
