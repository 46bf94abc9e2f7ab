import { type FSWatcher, watch } from 'node:fs';

/** Tells when files get their names in a folder. */
export class FolderWatch {
  private readonly watcher: FSWatcher;
  private readonly named = new Map<string, number>();
  private wake: () => void = () => undefined;

  constructor(folder: string) {
    this.watcher = watch(folder, (_, name) => {
      if (name === null) return;
      // Later events are of what happens to it then.
      if (!this.named.has(name)) this.named.set(name, performance.now());
      this.wake();
    });
  }

  /** Waits for a file. @returns when it got its name, `performance.now()` */
  async appeared(name: string): Promise<number> {
    for (;;) {
      const at = this.named.get(name);
      if (at !== undefined) return at;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  close(): void {
    this.watcher.close();
  }
}
