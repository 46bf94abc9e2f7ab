import type { Module } from 'h5wasm/node';

/** HDF5 compiled to WebAssembly, with the calls that h5wasm gives it. */
export type H5 = typeof Module;

type DatasetDescription = Parameters<H5['create_dataset']>[3];

/** An element type as h5wasm wants to have it described; `type` is HDF5's class number. */
export type TypeDescription = Omit<DatasetDescription, 'shape' | 'maxshape'>;
