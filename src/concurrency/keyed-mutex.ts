import { SerialQueue } from './serial-queue.js';

/** Runs tasks of the same key one after another, in the order they came; others side by side. */
export class KeyedMutex {
  private readonly queues = new Map<string, SerialQueue>();

  /** Whether a task of the key would begin at once. */
  isFree(key: string): boolean {
    return !this.queues.has(key);
  }

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? new SerialQueue();
    this.queues.set(key, queue);
    try {
      return await queue.run(task);
    } finally {
      if (queue.size === 0) this.queues.delete(key);
    }
  }
}
