import { rmSync } from 'node:fs';
import type { ElementType } from '../../encoding/element-type.js';
import { Spool } from '../../rows/spool.js';
import { Hdf5File, type Hdf5FileOptions } from '../hdf5-file.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import { blockOf, GENERAL, type TestRow } from '../row-blocks.fixture.js';

export interface TestChannel {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Blocks of rows; the channel is closed and opened again between them. */
  readonly parts: readonly (readonly TestRow[])[];
}

export interface PlottedFileOptions extends Partial<Hdf5FileOptions> {
  readonly path: string;
  readonly isExtended?: boolean;
}

/** When pulse 0 was; pulses are 10 ms apart. */
export const BEGIN = 1_528_459_491_551_143_344n;

export function rowsAt(
  pulseIds: readonly number[],
  value: (pulseId: number) => readonly (number | string)[],
): TestRow[] {
  return pulseIds.map((pulseId) => ({
    pulseId,
    value: value(pulseId),
    timestamp: BEGIN + 10_000_000n * BigInt(pulseId),
    date: 'then',
  }));
}

export function upTo(count: number, step = 1): number[] {
  return Array.from({ length: count }, (_, i) => i * step);
}

/** A file with `/entry`, unless the options say otherwise. */
export function writePlotted(
  library: Hdf5Library,
  channels: Readonly<Record<string, TestChannel>>,
  { isExtended = false, ...options }: PlottedFileOptions,
): void {
  rmSync(options.path, { force: true });
  const file = Hdf5File.create(library, {
    general: GENERAL,
    format: isExtended ? { extended: new Spool(`${options.path}.spool`) } : 'compact',
    entry: { title: 'run1.h5', identifier: 'r-1' },
    ...options,
  });
  const most = Math.max(...Object.values(channels).map(({ parts }) => parts.length));
  for (let i = 0; i < most; i++) {
    for (const [name, { type, shape, parts }] of Object.entries(channels)) {
      if (i >= parts.length && i > 0) continue;
      const rows = file.openChannel({ name, type, shape });
      const part = parts[i] ?? [];
      if (part.length > 0) rows.append(blockOf(type, shape, part));
      rows.close(i + 1 < parts.length ? 10 : 0);
    }
  }
  file.finish({ request_id: 'r-1' });
}
