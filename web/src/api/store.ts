import { useSyncExternalStore } from 'react';

/** A value outside of React that components follow. */
export class Store<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const listener of this.listeners) listener();
  }

  /** @returns ends it */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): T => this.current;
}

/** The value of a store; the component is drawn anew when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** What is read from the value of a store; the component is drawn anew only when that changes. */
export function useReading<T, R extends string | number | boolean | undefined>(
  store: Store<T>,
  read: (value: T) => R,
): R {
  return useSyncExternalStore(store.subscribe, () => read(store.value));
}
