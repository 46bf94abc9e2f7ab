import type { Lane } from '../../request/lane.js';

/** A job that has run for so long may run for much longer: nobody waits for its place in vain, ms. */
const LONG_MS = 500;

/** A job that wants a place, and later has it. */
export interface Claim {
  readonly lane: Lane;
  /** Whether its broker says how it is to be handled: only then it leaves places to others. */
  readonly isHandled: boolean;
  /** Whether it runs while nothing else does. */
  readonly isAlone: boolean;
}

/** The places of a writer at one moment. */
export interface Scene {
  /** Places that are given out at present. */
  readonly limit: number;
  /** Jobs that have one, and since when, in ms. */
  readonly running: ReadonlyMap<Claim, number>;
  /** Jobs that were begun and have given their place up while they wait for data. */
  readonly aside: number;
  /** Whether a job waits that is to run alone. */
  readonly aloneWaits: boolean;
}

/**
 * Why a job can't have a place: all are `taken`; those that background jobs may have are (`reserved`: one is
 * for live ones); or it, or another, is to run `alone`.
 */
export type Hindrance = 'taken' | 'reserved' | 'alone';

/**
 * What keeps a job from a place; undefined where it may have one.
 *
 * @param goesOn it was begun before, and waited for data
 */
export function hindranceOf(claim: Claim, scene: Scene, goesOn = false): Hindrance | undefined {
  const { limit, running, aside, aloneWaits } = scene;
  if (running.size >= limit) return 'taken';
  if (runsAlone(scene)) return 'alone';
  if (claim.isAlone) return running.size + aside > 0 ? 'alone' : undefined;
  // What was begun has to end, so that nothing else is under way then.
  if (aloneWaits && claim.isHandled && !goesOn) return 'alone';
  if (limit > 1 && isBackground(claim) && backgroundOf(running).length >= limit - 1)
    return 'reserved';
  return undefined;
}

/** Whether a job that is kept from a place need not wait for one: those that have them run for long. */
export function isHopeless(claim: Claim, scene: Scene, now: number): boolean {
  const { running, aloneWaits } = scene;
  if (claim.isAlone) return aloneWaits || runsAlone(scene);
  const background = backgroundOf(running);
  const isReserved = isBackground(claim) && scene.limit > 1 && background.length >= scene.limit - 1;
  const inTheWay = isReserved ? background : [...running.values()];
  return inTheWay.length > 0 && inTheWay.every((since) => now - since > LONG_MS);
}

function runsAlone({ running }: Scene): boolean {
  return running.size === 1 && [...running.keys()][0].isAlone;
}

function isBackground({ lane, isHandled }: Claim): boolean {
  return isHandled && lane === 'background';
}

/** Since when each of the background jobs has its place. */
function backgroundOf(running: ReadonlyMap<Claim, number>): number[] {
  return [...running].filter(([claim]) => isBackground(claim)).map(([, since]) => since);
}
