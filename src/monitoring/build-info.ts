import { build, version } from '../config/version.js';
import type { Metrics } from './metrics.js';

/** Names which build of which service this is; its value is always 1. */
export function addBuildInfo(metrics: Metrics, service: 'broker' | 'writer'): void {
  const labels = { service, version: version(), build: build() ?? '', node: process.version };
  metrics.gauge(
    {
      name: 'build_info',
      help: 'Always 1; the labels say what runs.',
      labels: ['service', 'version', 'build', 'node'],
    },
    () => [[labels, 1]],
  );
}
