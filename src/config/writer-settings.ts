import { Matches, ValidateIf } from 'class-validator';
import {
  AMQPS_INSTEAD,
  OnlyWithZmq,
  Queue,
  type QueueKind,
  RabbitmqPrefix,
  RabbitmqUrl,
} from './queue-choice.js';
import { DataApiHeadersFile } from './data-api-headers-file.js';
import { Needs } from './validators.js';
import { ServiceSettings } from './service-settings.js';
import { Setting } from './setting.js';
import { StateDir } from './state-dir.js';

/** Protocols that a data API may speak. */
const DATA_API_PROTOCOLS = ['json', 'binary', 'api4'] as const;

export type DataApiProtocol = (typeof DATA_API_PROTOCOLS)[number];

/** Its servers can say that a range is complete, which they do a while after its last pulse. */
const API4_DATA_WAIT_S = 60;

const ON_OFF = ['on', 'off'] as const;

/** Settings for carrying out write requests, wherever they come from. */
export class JobSettings extends ServiceSettings {
  @Setting({
    group: 'Required',
    kind: 'url',
    description:
      'where data is asked for: http://host/query, or a base URL, see --data_api_protocol',
    problem: 'is required: an http URL such as http://host/query, or for api4 http://host/api/4',
  })
  data_api_url!: string;

  @Setting({
    group: 'Data',
    kind: 'choice',
    value: 'protocol',
    description:
      'what --data_api_url speaks: json; binary, for which it is the base URL with or without /query; ' +
      'or api4, for which it is the base URL, http://host/api/4',
    default: () => 'json',
    choices: DATA_API_PROTOCOLS,
  })
  data_api_protocol!: DataApiProtocol;

  @Setting({
    group: 'Data',
    kind: 'url',
    description:
      'base URL of the binary API for cameras, e.g. http://host/api/1 (none: asked for like ' +
      'all else; with api4 they fail)',
    optional: true,
  })
  image_api_url?: string;

  @Setting({
    group: 'Data',
    kind: 'integer',
    value: 'n',
    description: 'parallel downloads of a job, where each channel is a request of its own: api4',
    default: () => 10,
    min: 1,
    max: 100,
  })
  channels_at_once!: number;

  @Setting({
    group: 'Data',
    kind: 'path',
    value: 'file',
    description: 'PEM file of CAs that https data APIs may have besides the usual ones',
    optional: true,
  })
  data_api_ca?: string;

  @DataApiHeadersFile()
  data_api_headers_file?: string;

  @Setting({
    group: 'Data',
    kind: 'seconds',
    description: "seconds after the request's timestamp before its data is asked for",
    default: () => 0,
  })
  data_retrieval_delay!: number;

  @Setting({
    group: 'Data',
    kind: 'seconds',
    description:
      "seconds after the request's timestamp during which data that is not there yet, a missing end " +
      'or all of it, is asked for again; a replay does not wait',
    default: (others) => (others?.data_api_protocol === 'api4' ? API4_DATA_WAIT_S : 0),
    defaultText: `0; with api4 ${API4_DATA_WAIT_S}`,
  })
  data_wait!: number;

  @Setting({
    group: 'Data',
    kind: 'integer',
    value: 'n',
    description: 'further attempts after a transient failure; 5 end within 30 s',
    default: () => 5,
    min: 0,
    max: 100,
  })
  retries!: number;

  @Setting({
    group: 'Data',
    kind: 'switch',
    description: 'a channel without data fails the request',
  })
  error_if_no_data!: boolean;

  @Setting({
    group: 'Data',
    kind: 'switch',
    description:
      'of requests that name pulse ids (selected_pulse_ids) only those are written; otherwise all of their range',
  })
  select_pulses!: boolean;

  @Setting({
    group: 'Process',
    kind: 'integer',
    value: 'n',
    description: 'requests that are written at once',
    default: () => 2,
    min: 1,
    max: 64,
  })
  concurrency!: number;

  @Setting({
    group: 'Process',
    kind: 'integer',
    value: 'MB',
    description:
      'of memory for rows and buffers, each job; what has to wait beyond waits in a file beside the output file',
    default: () => 48,
    min: 1,
    max: 1_000_000,
    hint: 'it is in MB',
  })
  memory_budget!: number;

  @Setting({
    group: 'Files',
    kind: 'text',
    value: 'kind',
    description:
      'of numbers in the file, where a dataset is a megabyte or more: none, or gzip:1 (fast) to gzip:9 (small)',
    default: () => 'none',
    optional: true,
  })
  @Matches(/^(none|gzip:[1-9])$/, {
    message: 'must be none, or gzip: and a level from 1 to 9, e.g. gzip:4',
  })
  compression?: string;

  @Setting({
    group: 'Files',
    kind: 'switch',
    description:
      'images that come as bitshuffle-LZ4 are unpacked, for readers without HDF5 filter 32008',
  })
  plain_images!: boolean;

  @Setting({
    group: 'Files',
    kind: 'choice',
    value: 'on|off',
    description: 'whether files have /entry, by which silx, H5Web and xarray plot their channels',
    default: () => 'on',
    choices: ON_OFF,
  })
  nexus!: (typeof ON_OFF)[number];

  @StateDir()
  state_dir!: string;
}

const ZMQ_ADDRESS = /^tcp:\/\/(\[[0-9a-f:.%a-z]+\]|[^\s:/[\]]+):\d{1,5}$/i;

/** Settings of a writer that is fed by a broker. */
export class WriterSettings extends JobSettings {
  @Queue()
  queue!: QueueKind;

  @RabbitmqUrl()
  rabbitmq_url!: string[];

  @RabbitmqPrefix()
  rabbitmq_prefix!: string;

  @Setting({
    group: 'Required',
    kind: 'text',
    position: 0,
    value: 'stream_address',
    description: "the broker's output, tcp://host:port; left out with --queue rabbitmq",
  })
  @ValidateIf(
    ({ queue, stream_address }: WriterSettings) => queue === 'zmq' || stream_address !== undefined,
  )
  @Matches(ZMQ_ADDRESS, {
    message: 'must be the address of a broker, tcp://host:port, an IPv6 address in brackets',
  })
  stream_address?: string;

  @Setting({
    group: 'Network',
    kind: 'text',
    value: 'address',
    description: 'zmq: where the broker takes reports, tcp://host:port',
    defaultText: 'stream address, port + 1',
    optional: true,
  })
  @Matches(ZMQ_ADDRESS, {
    message: 'must be an address, tcp://host:port, an IPv6 address in brackets',
  })
  report_address?: string;

  @Setting({
    group: 'Security',
    kind: 'path',
    value: 'file',
    description: 'zmq: CURVE key pair of sf-databuffer keygen, for a broker that has one',
    optional: true,
  })
  @Needs('curve_server_key_file')
  @OnlyWithZmq(AMQPS_INSTEAD)
  curve_secret_key_file?: string;

  @Setting({
    group: 'Security',
    kind: 'path',
    value: 'file',
    description: "zmq: the broker's .key file: no other broker is talked to",
    optional: true,
  })
  @Needs('curve_secret_key_file')
  @OnlyWithZmq(AMQPS_INSTEAD)
  curve_server_key_file?: string;

  @Setting({
    group: 'Delivery',
    kind: 'seconds',
    description: 'time between two heartbeats; well below the lease of the broker',
    default: () => 5,
    min: 0.1,
  })
  heartbeat!: number;

  @Setting({
    group: 'Network',
    kind: 'port',
    description: 'TCP port of /metrics and /health; without one neither is served',
    optional: true,
  })
  metrics_port?: number;

  @Setting({
    group: 'Network',
    kind: 'host',
    description: 'address of /metrics and /health, 0.0.0.0 for all',
    default: () => '127.0.0.1',
    problem: 'must be an address',
  })
  metrics_host!: string;

  @Setting({
    group: 'Process',
    kind: 'integer',
    position: 1,
    value: 'user_id',
    description: 'user and group id to run as; -1: as started',
    default: () => -1,
    min: -1,
    max: 4_294_967_294,
    problem: 'must be a user id, or -1',
  })
  user_id!: number;
}
