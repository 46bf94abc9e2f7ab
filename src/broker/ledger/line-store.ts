const SLAB_BYTES = 64 * 1024;

/** Copies of lines, many in one piece of memory: as single objects they would be moved about by each collection. */
export class LineStore {
  private slab = Buffer.alloc(0);
  private used = 0;

  keep(line: Buffer): Buffer {
    if (this.used + line.length > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, line.length));
      this.used = 0;
    }
    const kept = this.slab.subarray(this.used, this.used + line.length);
    line.copy(kept);
    this.used += line.length;
    return kept;
  }
}
