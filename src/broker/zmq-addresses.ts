import type { BrokerSettings } from '../config/broker-settings.js';

/** Where writers take requests. */
export function outputAddress({ output_host, output_port }: BrokerSettings): string {
  return address(output_host, output_port);
}

/** Where writers report: the port behind, unless another is chosen. */
export function reportAddress({ output_host, output_port, report_port }: BrokerSettings): string {
  return address(output_host, report_port ?? (output_port && output_port + 1));
}

/** Port 0 is any free one, which ZMQ writes as `*`. */
function address(outputHost: string, port: number): string {
  const host = outputHost.includes(':') ? `[${outputHost}]` : outputHost;
  return `tcp://${host}:${port || '*'}`;
}
