import type { Throughput } from '../api/broker.js';
import { counted, rate } from '../format/numbers.js';
import { clock } from '../format/times.js';
import css from './throughput-bars.module.css';

const HEIGHT = 48;
/** Failed requests are drawn below the line. */
const FOOT = 5;

/** Data that came over the last minutes as bars, and what became of it in words. */
export function ThroughputBars({ throughput }: { readonly throughput: Throughput }) {
  const { seconds, end, bytes, files, failed } = throughput;
  const rates = bytes.map((each) => each / seconds);
  const peak = Math.max(...rates);
  // The last step is not over yet.
  const present = rates.at(-2) ?? 0;
  const minutes = Math.round((bytes.length * seconds) / 60);
  const [written, lost] = [sum(files), sum(failed)];
  const words = `now ${rate(present)}, peak ${rate(peak)}, ${counted(written, 'file')} written, ${lost} failed`;
  return (
    <figure className={css.throughput}>
      <svg
        viewBox={`0 0 ${bytes.length * 4} ${HEIGHT + FOOT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Throughput of the last ${minutes} minutes: ${words}`}
      >
        <path className={css.ground} d={`M0 ${HEIGHT + 0.5}H${bytes.length * 4}`} />
        {rates.map((each, index) => {
          const height = peak > 0 ? Math.max((each / peak) * HEIGHT, each > 0 ? 1 : 0) : 0;
          const begin = end - (bytes.length - 1 - index) * seconds;
          const title = `${clock(begin)}: ${rate(each)}, ${counted(files[index]!, 'file')}, ${failed[index]} failed`;
          return (
            // A step has no identity but its place.
            // oxlint-disable-next-line react/no-array-index-key
            <g key={index}>
              <rect
                className={css.bar}
                x={index * 4}
                y={HEIGHT - height}
                width={3}
                height={height}
              />
              {failed[index]! > 0 && (
                <rect
                  className={css.failed}
                  x={index * 4}
                  y={HEIGHT + 1}
                  width={3}
                  height={FOOT - 1}
                />
              )}
              <rect className={css.touch} x={index * 4} y={0} width={4} height={HEIGHT + FOOT}>
                <title>{title}</title>
              </rect>
            </g>
          );
        })}
      </svg>
      <figcaption>
        <strong>{rate(present)}</strong>
        <span>peak {rate(peak)}</span>
        <span>{counted(written, 'file')}</span>
        <span data-failed={lost > 0}>{lost} failed</span>
        <span className={css.time}>in {minutes} min</span>
      </figcaption>
    </figure>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
