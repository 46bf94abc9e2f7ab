import { SingleBar } from 'cli-progress';
import { pulsesPass } from './dia.js';

/** Waits until pulses have passed, with a progress bar on a terminal. @param what before the bar */
export async function showPulses(what: string, pulses: number): Promise<void> {
  const bar = new SingleBar({ format: `${what} {bar} {value}/{total} pulses`, hideCursor: true });
  bar.start(pulses, 0);
  await pulsesPass(pulses, (passed) => bar.update(passed));
  bar.stop();
}
