import { KeyedMutex } from '../concurrency/keyed-mutex.js';
import { GivenBack } from './given-back.js';

/** Turns of requests for the same file: one after another, in the order in which they came. */
export class FileTurns {
  private readonly mutex = new KeyedMutex();

  /**
   * @param patience how long it may wait for its turn, ms; without it as long as it takes
   * @throws GivenBack when that is over
   */
  run<T>(file: string, task: () => Promise<T>, patience?: number): Promise<T> {
    if (patience === undefined || this.mutex.isFree(file)) return this.mutex.run(file, task);
    return new Promise<T>((resolve, reject) => {
      let waiting: typeof task | undefined = task;
      const timer = setTimeout(() => {
        waiting = undefined;
        reject(new GivenBack('busy'));
      }, patience);
      void this.mutex.run(file, async () => {
        clearTimeout(timer);
        await waiting?.().then(resolve, reject);
      });
    });
  }
}
