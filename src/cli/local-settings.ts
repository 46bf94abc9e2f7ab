import { join } from 'node:path';
import { BrokerSettings } from '../config/broker-settings.js';
import { InvalidSettings } from '../config/errors.js';
import { OutputSettings } from '../config/output-settings.js';
import { Setting } from '../config/setting.js';
import { SimulatorSettings } from '../config/simulator-settings.js';
import { WriterSettings } from '../config/writer-settings.js';
import { type CommandLine, settingsFrom } from './command-line.js';

/** Instead of the writer's, which has to have one. */
class OwnDataSettings {
  @Setting({
    group: 'Data',
    kind: 'url',
    description: 'your own data buffer, e.g. http://host/query (none: a simulated one)',
    optional: true,
  })
  data_api_url?: string;
}

/** Commands with all services in one process take the settings of all of them. */
export const LOCAL_SETTINGS = [BrokerSettings, WriterSettings, SimulatorSettings, OwnDataSettings];

/** Settings that follow from running together. Keys that are configured are for services of their own. */
export const SETTLED_SETTINGS = [
  ...['stream_address', 'report_address', 'user_id'],
  ...['curve_secret_key_file', 'curve_allowed_keys', 'curve_server_key_file'],
];

/** Defaults for trying things out: nothing leaves this machine, all files lie in one folder. */
export const LOCAL_DEFAULTS = {
  output_host: '127.0.0.1',
  audit_file: './data/sf_databuffer_audit.log',
  output_root: ['./data'],
  beamlines: ['simulator=127.0.0.0/8', 'simulator=::1'],
  pgroup_root: './data/{pgroup}/raw',
};

/** Settings that name a data buffer. */
export const OWN_DATA_SETTINGS = [
  ...['data_api_url', 'image_api_url', 'data_api_ca', 'data_api_headers_file'],
];

/** The same line with simulated data, whatever environment and file say. */
export function simulated(line: CommandLine): CommandLine {
  const none = Object.fromEntries(OWN_DATA_SETTINGS.map((name) => [name, '']));
  return { ...line, values: { ...line.values, ...none } };
}

// The services of this process talk to each other over these addresses.
const OWN_ADDRESSES = ['127.0.0.1', '::1'];

/**
 * The settings of all services, from one command line. `allow_from` never shuts out this machine.
 * `simulator` is undefined where the data is not simulated.
 *
 * @throws InvalidSettings naming what is wrong with those of any
 */
export function localSettings(line: CommandLine) {
  const problems = new Set<string>();
  const load = <T extends object>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidSettings)) throw error;
      for (const problem of error.problems) problems.add(problem);
      return {} as T;
    }
  };
  const { data_api_url } = load(() => settingsFrom(line, OwnDataSettings));
  if (data_api_url !== undefined && line.values.port !== undefined) {
    problems.add('--port is of the simulated data buffer: leave out that, or --data_api_url');
  }
  if (data_api_url === undefined && line.values.data_api_headers_file) {
    problems.add('--data_api_headers_file is for your own data buffer: name it by --data_api_url');
  }
  const settled = {
    ...line.values,
    // Replaced as soon as the ports are known.
    ...{ stream_address: 'tcp://127.0.0.1:1', data_api_url: data_api_url ?? 'http://127.0.0.1:1' },
    // Empty: none, whatever environment and file say.
    ...{ curve_secret_key_file: '', curve_allowed_keys: '', curve_server_key_file: '' },
    // The simulator wants none.
    ...(data_api_url === undefined && { data_api_headers_file: '' }),
  };
  // Where the writer, which has no setting of its own for them, writes.
  const outputs = load(() => settingsFrom(line, OutputSettings));
  const { output_root } = { ...LOCAL_DEFAULTS, ...outputs };
  const defaults = { ...line.defaults, pgroup_root: join(output_root[0], '{pgroup}/raw') };
  const local = { ...line, values: settled, defaults };
  const broker = load(() => settingsFrom(local, BrokerSettings));
  const { allow_from: allowed } = broker;
  const settings = {
    broker: { ...broker, allow_from: allowed && [...allowed, ...OWN_ADDRESSES] },
    writer: load(() => settingsFrom(local, WriterSettings)),
    simulator:
      data_api_url === undefined ? load(() => settingsFrom(line, SimulatorSettings)) : undefined,
  };
  if (problems.size > 0) throw new InvalidSettings([...problems]);
  return settings;
}
