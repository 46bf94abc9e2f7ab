import { BrokerSettings } from '../config/broker-settings.js';
import { InvalidSettings } from '../config/errors.js';
import { SimulatorSettings } from '../config/simulator-settings.js';
import { WriterSettings } from '../config/writer-settings.js';
import { type CommandLine, settingsFrom } from './command-line.js';

/** Commands with all services in one process take the settings of all of them. */
export const LOCAL_SETTINGS = [BrokerSettings, WriterSettings, SimulatorSettings];

/** Settings that follow from running together. Keys that are configured are for services of their own. */
export const SETTLED_SETTINGS = [
  ...['stream_address', 'report_address', 'user_id', 'data_api_url'],
  ...['curve_secret_key_file', 'curve_allowed_keys', 'curve_server_key_file'],
];

/** Defaults for trying things out: nothing leaves this machine, all files lie in one folder. */
export const LOCAL_DEFAULTS = {
  output_host: '127.0.0.1',
  audit_file: './data/sf_databuffer_audit.log',
  output_root: ['./data'],
};

// The services of this process talk to each other over these addresses.
const OWN_ADDRESSES = ['127.0.0.1', '::1'];

/**
 * The settings of all services, from one command line. `allow_from` never shuts out this machine.
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
  const settled = {
    ...line.values,
    // Replaced as soon as the ports are known.
    ...{ stream_address: 'tcp://127.0.0.1:1', data_api_url: 'http://127.0.0.1:1' },
    // Empty: none, whatever environment and file say.
    ...{ curve_secret_key_file: '', curve_allowed_keys: '', curve_server_key_file: '' },
  };
  const local = { ...line, values: settled };
  const broker = load(() => settingsFrom(local, BrokerSettings));
  const { allow_from: allowed } = broker;
  const settings = {
    broker: { ...broker, allow_from: allowed && [...allowed, ...OWN_ADDRESSES] },
    writer: load(() => settingsFrom(local, WriterSettings)),
    simulator: load(() => settingsFrom(line, SimulatorSettings)),
  };
  if (problems.size > 0) throw new InvalidSettings([...problems]);
  return settings;
}
