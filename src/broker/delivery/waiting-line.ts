/** Requests that wait to be sent: those that came back first, then the others, each in the order in which they came. */
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
