/** Requests that wait to be sent, first in, first out; the ones that came back go before the fresh ones. */
export class WaitingLine<T> {
  private readonly back = new Set<T>();
  private readonly fresh = new Set<T>();

  add(request: T, cameBack: boolean): void {
    (cameBack ? this.back : this.fresh).add(request);
  }

  delete(request: T): boolean {
    return this.back.delete(request) || this.fresh.delete(request);
  }

  get size(): number {
    return this.back.size + this.fresh.size;
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.back;
    yield* this.fresh;
  }
}
