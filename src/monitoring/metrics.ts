import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const PREFIX = 'sf_databuffer_';

/** One value, or one for each set of labels. Labels must come from a set that does not grow. */
export type Reading = number | Iterable<readonly [labels: Record<string, string>, value: number]>;

type Read = () => Reading | Promise<Reading>;

/** Description of a metric, without the prefix that all of them have. */
export interface MetricDescription {
  /** By Prometheus' conventions: base units, `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/**
 * The metrics of one service, for Prometheus. Most are read when somebody asks: nothing is spent on
 * them otherwise.
 */
export class Metrics {
  private readonly registry = new Registry();
  private hasProcess = false;

  /** A value that goes up and down. */
  gauge(description: MetricDescription, read: Read): void {
    // oxlint-disable-next-line no-new -- it enters itself into the registry
    new Gauge({
      ...this.configuration(description),
      async collect() {
        const reading = await read();
        this.reset();
        for (const [labels, value] of samplesOf(reading)) this.set(labels, value);
      },
    });
  }

  /** A value that somebody counts and that only goes up. */
  counter(description: MetricDescription, read: Read): void {
    // oxlint-disable-next-line no-new -- it enters itself into the registry
    new Counter({
      ...this.configuration(description),
      async collect() {
        const reading = await read();
        this.reset();
        for (const [labels, value] of samplesOf(reading)) this.inc(labels, value);
      },
    });
  }

  /** How often values up to each of some bounds came, as they are observed. */
  histogram(description: MetricDescription, buckets: readonly number[]): Histogram {
    return new Histogram({ ...this.configuration(description), buckets: [...buckets] });
  }

  /** All of them as text, with those of the process: memory, CPU, event loop, garbage collection. */
  async scrape(): Promise<string> {
    // Begun with the first one that asks: the event loop's delay is measured by a timer.
    if (!this.hasProcess) collectDefaultMetrics({ register: this.registry });
    this.hasProcess = true;
    return this.registry.metrics();
  }

  /** Of what `scrape` returns. */
  get contentType(): string {
    return this.registry.contentType;
  }

  private configuration({ name, help, labels = [] }: MetricDescription) {
    return { name: PREFIX + name, help, labelNames: [...labels], registers: [this.registry] };
  }
}

function samplesOf(reading: Reading): Iterable<readonly [Record<string, string>, number]> {
  return typeof reading === 'number' ? [[{}, reading]] : reading;
}
