import { ready, type Module } from 'h5wasm/node';

export type H5 = typeof Module;

/** HDF5 as this thread has it: the WebAssembly module and whether it can still be trusted. */
export class Hdf5Library {
  private broken = false;

  private constructor(readonly h5: H5) {}

  /** Starts HDF5, 0.2 to 0.5 s at the first call in a thread. */
  static async load(): Promise<Hdf5Library> {
    return new Hdf5Library(await ready);
  }

  /** True after HDF5 failed: it may hold on to what was open, so the thread has to be replaced. */
  get needsFreshThread(): boolean {
    return this.broken;
  }
}
