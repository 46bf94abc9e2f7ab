import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether all cases of many are tried: by `npm run test:long`. */
    triesAll?: boolean;
  }
}

/** How many random cases are tried: all of them by `npm run test:long`, a quarter by `npm test`. */
export function casesOf(all: number): number {
  return inject('triesAll') ? all : Math.ceil(all / 4);
}

/** Of many cases that are alike, all by `npm run test:long`, every fourth by `npm test`. */
export function someOf<T>(all: readonly T[]): readonly T[] {
  return inject('triesAll') ? all : all.filter((_, i) => i % 4 === 0);
}
