import { AuditFile } from './audit-file.js';
import { DataApiHeadersFile } from './data-api-headers-file.js';
import { FACILITY_BEAMLINES, BeamlineNetworks } from './beamline-networks.js';
import { DetectorNames } from './detector-names.js';
import { PathTemplate } from './path-template.js';
import { AddressRanges, DiffersFrom, HostNames, Needs } from './validators.js';
import {
  AMQPS_INSTEAD,
  OnlyWithZmq,
  Queue,
  type QueueKind,
  QueueName,
  RabbitmqPrefix,
  RabbitmqUrl,
  ReportsFitQueue,
} from './queue-choice.js';
import { ServiceSettings } from './service-settings.js';
import { Setting } from './setting.js';

/** Settings of the broker. */
export class BrokerSettings extends ServiceSettings {
  @Setting({
    group: 'Data',
    kind: 'path',
    short: 'c',
    value: 'file',
    description:
      'channel list, one name a line; without one, channels must come with the parameters',
    optional: true,
  })
  channels_file?: string;

  @Setting({
    group: 'Network',
    kind: 'host',
    description: 'address of the REST interface',
    default: () => '127.0.0.1',
    problem: 'must be an address',
  })
  rest_host!: string;

  @Setting({
    group: 'Network',
    kind: 'port',
    description: 'TCP port of the REST interface',
    default: () => 10002,
  })
  rest_port!: number;

  @Setting({
    group: 'Network',
    kind: 'port',
    description: 'a second TCP port of the REST interface, on which clients call /copy_user_files',
    defaultText: 'none',
    optional: true,
  })
  @DiffersFrom('rest_port', 'the REST interface has that one already; clients know 10003')
  slow_rest_port?: number;

  @Setting({
    group: 'Network',
    kind: 'port',
    short: 'o',
    description: 'zmq: TCP port that writers connect to',
    default: () => 12500,
  })
  output_port!: number;

  @Setting({
    group: 'Network',
    kind: 'host',
    description: 'zmq: address that writers connect to, * for all interfaces',
    default: () => '*',
    problem: 'must be an address, or * for all interfaces',
  })
  output_host!: string;

  @Setting({
    group: 'Network',
    kind: 'port',
    description: 'zmq: TCP port that writers report to',
    defaultText: 'output port + 1',
    optional: true,
  })
  report_port?: number;

  @Queue()
  queue!: QueueKind;

  @Setting({
    group: 'Delivery',
    kind: 'choice',
    value: 'mode',
    description:
      'on: all writers report; auto: all do as soon as one has said hello; mixed: those that say hello do, and what others take is unconfirmed; off: none does; rabbitmq: auto or on, all report',
    default: () => 'auto',
    choices: ['auto', 'on', 'mixed', 'off'],
  })
  @ReportsFitQueue()
  reports!: 'auto' | 'on' | 'mixed' | 'off';

  @Setting({
    group: 'Delivery',
    kind: 'seconds',
    description: 'time without a sign of life after which a request is sent again',
    default: () => 30,
    min: 0.1,
  })
  lease!: number;

  @Setting({
    group: 'Delivery',
    kind: 'seconds',
    description:
      'time during which a request that failed for a cause that can pass is tried again; 0: never',
    default: () => 86_400,
    min: 0,
  })
  heal_for!: number;

  @Setting({
    group: 'Delivery',
    kind: 'seconds',
    description: 'time without progress after which a job counts as stuck',
    default: () => 600,
    min: 0.1,
  })
  stall_after!: number;

  @RabbitmqUrl()
  rabbitmq_url!: string[];

  @RabbitmqPrefix()
  rabbitmq_prefix!: string;

  @Setting({
    group: 'RabbitMQ',
    kind: 'text',
    value: 'name',
    description:
      "RabbitMQ fanout exchange, the facility's is status, on which each request's start and end are told; works with either queue",
    defaultText: 'none',
    optional: true,
  })
  @QueueName()
  status_exchange?: string;

  @Setting({
    group: 'RabbitMQ',
    kind: 'text',
    value: 'name',
    description:
      'RabbitMQ topic exchange on which runs are handed to those who write PVs and detectors; works with either queue',
    defaultText: 'none',
    optional: true,
  })
  @QueueName()
  @DiffersFrom('status_exchange', 'that one is a fanout exchange, this one a topic exchange')
  request_exchange?: string;

  @Setting({
    group: 'Delivery',
    kind: 'integer',
    short: 'q',
    value: 'messages',
    description:
      'zmq: high water mark of the queue to each writer; rabbitmq: background requests that lie in its queue at most',
    default: () => 100,
    min: 1,
    max: 1_000_000,
  })
  queue_length!: number;

  @Setting({
    group: 'Security',
    kind: 'comma-list',
    value: 'addresses',
    description:
      'who may use the REST interface and, with zmq, the ports for writers: addresses and CIDR ranges, separated by commas; repeatable; this machine has to be named too',
    defaultText: 'any',
    optional: true,
  })
  @AddressRanges()
  allow_from?: string[];

  @Setting({
    group: 'Security',
    kind: 'comma-list',
    value: 'addresses',
    description:
      'proxies, as addresses and CIDR ranges, whose Forwarded or X-Forwarded-For tells from where a call comes; repeatable',
    defaultText: 'none',
    optional: true,
  })
  @AddressRanges()
  trusted_proxies?: string[];

  @Setting({
    group: 'Security',
    kind: 'comma-list',
    value: 'names',
    description:
      'further names that calls may have in Host, separated by commas; repeatable; *: any',
    defaultText: 'own names',
    optional: true,
  })
  @HostNames()
  allowed_hosts?: string[];

  @Setting({
    group: 'Security',
    kind: 'path',
    value: 'file',
    description:
      'zmq: CURVE key pair of sf-databuffer keygen: only writers with allowed keys may connect; none: all may',
    optional: true,
  })
  @Needs('curve_allowed_keys')
  @OnlyWithZmq(AMQPS_INSTEAD)
  curve_secret_key_file?: string;

  @Setting({
    group: 'Security',
    kind: 'path',
    value: 'folder',
    description:
      'zmq: with the .key files of the writers that may connect; looked into at each connection',
    optional: true,
  })
  @Needs('curve_secret_key_file')
  @OnlyWithZmq(AMQPS_INSTEAD)
  curve_allowed_keys?: string;

  @Setting({
    group: 'Security',
    kind: 'integer',
    value: 'n',
    description: 'that change something, from one address; more are answered 429; 0: no limit',
    default: () => 1000,
    min: 0,
    max: 1_000_000,
  })
  calls_per_second!: number;

  @Setting({
    group: 'Network',
    kind: 'choice',
    value: 'mode',
    description:
      'the page for people at /: full; read_only, without its actions; off, and no files on screen (/files) either',
    default: () => 'full',
    choices: ['full', 'read_only', 'off'],
  })
  page!: 'full' | 'read_only' | 'off';

  @Setting({
    group: 'Data',
    kind: 'url',
    description:
      'base URL of a data API whose channels GET /channels searches as well; ' +
      'one that ends in /api/4 is searched as data API 4',
    defaultText: 'none',
    optional: true,
  })
  channel_search_url?: string;

  @DataApiHeadersFile()
  data_api_headers_file?: string;

  @AuditFile()
  audit_file!: string;

  @Setting({
    group: 'Delivery',
    kind: 'switch',
    description: "record requests in the trail, don't send them",
  })
  audit_trail_only!: boolean;

  @Setting({
    group: 'Delivery',
    kind: 'switch',
    description:
      'sends the requests that a start without any outcomes has withheld, however old and many; one whose file is there costs a look',
  })
  recover_all!: boolean;

  @Setting({
    group: 'Network',
    kind: 'url',
    description:
      "EPICS writer that is notified of each acquisition, the facility's is http://localhost:10200/notify; empty where there is none",
    defaultText: 'none',
    optional: true,
  })
  epics_writer_url?: string;

  @Setting({
    group: 'Runs',
    kind: 'comma-list',
    value: 'name=network',
    description:
      'beamlines with the networks that their clients call from, as addresses and CIDR ranges; repeatable',
    default: () => [...FACILITY_BEAMLINES],
    defaultText: "the facility's",
  })
  @BeamlineNetworks()
  beamlines!: string[];

  @Setting({
    group: 'Runs',
    kind: 'path',
    value: 'template',
    description:
      "a pgroup's raw folder, where its runs lie, with {pgroup} and {beamline}; output files may lie there as well",
    default: () => '/sf/{beamline}/data/{pgroup}/raw',
  })
  @PathTemplate(['beamline', 'pgroup'], 'pgroup')
  pgroup_root!: string;

  @Setting({
    group: 'Runs',
    kind: 'choice',
    value: 'layout',
    description:
      'run: runNNNN/data/acqNNNN.BSDATA.h5, as clients since 2022 expect; flat: run_NNNNNN.BSREAD.h5, as before',
    default: () => 'run',
    choices: ['run', 'flat'],
  })
  run_layout!: 'run' | 'flat';

  @Setting({
    group: 'Runs',
    kind: 'integer',
    value: 'pulses',
    description: 'between first and last pulse id of one call of retrieve_from_buffers, at most',
    default: () => 60_001,
    min: 1,
    max: 1_000_000_000,
  })
  longest_retrieval!: number;

  @Setting({
    group: 'Runs',
    kind: 'comma-list',
    value: 'beamline=name',
    description: 'detectors that a beamline has; repeatable',
    defaultText: 'none',
    optional: true,
  })
  @DetectorNames()
  detectors?: string[];

  @Setting({
    group: 'Runs',
    kind: 'path',
    value: 'template',
    description:
      "JSON file with the pv_list of a beamline's EPICS buffer, which get_pvlist reads and set_pvlist changes, with {beamline}",
    defaultText: 'none',
    optional: true,
  })
  @PathTemplate(['beamline'])
  pv_list_file?: string;
}
