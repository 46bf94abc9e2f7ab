/** Bytes kept for the next query at most; the ring in use comes on top. */
const BYTES_KEPT = 64 * 2 ** 20;

/** Keeps what was computed of rings; what was unused for longest goes first. */
export class RingCache<Ring extends { readonly byteLength: number }> {
  private readonly rings = new Map<string, Ring>();

  get(key: string, create: () => Ring): Ring {
    const ring = this.rings.get(key) ?? create();
    // Inserted anew, so that the one unused for longest comes first.
    this.rings.delete(key);
    this.rings.set(key, ring);
    this.shrink();
    return ring;
  }

  private shrink(): void {
    let bytes = 0;
    for (const ring of this.rings.values()) bytes += ring.byteLength;
    for (const [key, ring] of this.rings) {
      if (bytes <= BYTES_KEPT) return;
      this.rings.delete(key);
      bytes -= ring.byteLength;
    }
  }
}
