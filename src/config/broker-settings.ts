import { IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import { AddressRanges, HostNames, Needs, Port, Seconds } from './validators.js';
import { ServiceSettings } from './service-settings.js';
import { Setting } from './setting.js';

/** Settings of the broker. */
export class BrokerSettings extends ServiceSettings {
  @Setting({
    kind: 'path',
    short: 'c',
    value: 'file',
    description:
      'channel list, one name a line; without one, channels must come with the parameters',
  })
  @IsString()
  @IsOptional()
  channels_file?: string;

  @Setting({
    kind: 'integer',
    short: 'o',
    value: 'port',
    description: 'TCP port that writers connect to',
    default: () => 12500,
  })
  @Port()
  output_port!: number;

  @Setting({
    kind: 'host',
    value: 'host',
    description: 'address that writers connect to, * for all interfaces',
    default: () => '*',
  })
  @IsString({ message: 'must be an address, or * for all interfaces' })
  output_host!: string;

  @Setting({
    kind: 'integer',
    value: 'port',
    description: 'TCP port that writers report to',
    defaultText: 'output port + 1',
  })
  @Port()
  @IsOptional()
  report_port?: number;

  @Setting({
    kind: 'text',
    value: 'mode',
    description:
      'on: all writers report; auto: all do as soon as one has said hello; mixed: those that say hello do, and what others take is unconfirmed; off: none does',
    default: () => 'auto',
  })
  @IsIn(['auto', 'on', 'mixed', 'off'], { message: 'must be auto, on, mixed or off' })
  reports!: 'auto' | 'on' | 'mixed' | 'off';

  @Setting({
    kind: 'number',
    value: 's',
    description: 'without a sign of life for so long a request goes out again',
    default: () => 30,
  })
  @Seconds(0.1)
  lease!: number;

  @Setting({
    kind: 'integer',
    short: 'q',
    value: 'messages',
    description: 'high water mark of the queue to each writer',
    default: () => 100,
  })
  @Max(1_000_000, { message: 'must be 1000000 at most' })
  @Min(1, { message: 'must be 1 at least' })
  @IsInt({ message: 'must be an integer' })
  queue_length!: number;

  @Setting({
    kind: 'host',
    value: 'host',
    description: 'address of the REST interface',
    default: () => '127.0.0.1',
  })
  @IsString({ message: 'must be an address' })
  rest_host!: string;

  @Setting({
    kind: 'integer',
    value: 'port',
    description: 'TCP port of the REST interface',
    default: () => 10002,
  })
  @Port()
  rest_port!: number;

  @Setting({
    kind: 'comma-list',
    value: 'addresses',
    description:
      'who may use the REST interface and the ports for writers: addresses and CIDR ranges, separated by commas; repeatable; this machine has to be named too',
    defaultText: 'any',
  })
  @AddressRanges()
  @IsOptional()
  allow_from?: string[];

  @Setting({
    kind: 'comma-list',
    value: 'names',
    description:
      'further names that calls may have in Host, separated by commas; repeatable; *: any',
    defaultText: 'own names',
  })
  @HostNames()
  @IsOptional()
  allowed_hosts?: string[];

  @Setting({
    kind: 'path',
    value: 'file',
    description:
      'CURVE key pair of sf-databuffer keygen: only writers with allowed keys may connect; none: all may',
  })
  @Needs('curve_allowed_keys')
  @IsOptional()
  curve_secret_key_file?: string;

  @Setting({
    kind: 'path',
    value: 'folder',
    description:
      'with the .key files of the writers that may connect; looked into at each connection',
  })
  @Needs('curve_secret_key_file')
  @IsOptional()
  curve_allowed_keys?: string;

  @Setting({
    kind: 'integer',
    value: 'n',
    description: 'that change something, from one address; more are answered 429; 0: no limit',
    default: () => 1000,
  })
  @Max(1_000_000, { message: 'must be 1000000 at most' })
  @Min(0, { message: 'must not be negative' })
  @IsInt({ message: 'must be an integer' })
  calls_per_second!: number;

  @Setting({
    kind: 'path',
    value: 'file',
    description:
      'the audit trail; beside it lie <file>.acquisition, .outcomes, .id, .lock and, of a damaged trail, .damaged',
    default: () => '/var/log/sf_databuffer_audit.log',
  })
  @IsString({ message: 'must be a file: without a trail nothing is accepted' })
  audit_file!: string;

  @Setting({
    kind: 'switch',
    description: "record requests in the trail, don't send them",
    default: () => false,
  })
  @IsBoolean()
  audit_trail_only!: boolean;

  @Setting({
    kind: 'switch',
    description:
      'sends the requests that a start without any outcomes has withheld, however old and many; one whose file is there costs a look',
    default: () => false,
  })
  @IsBoolean()
  recover_all!: boolean;

  @Setting({
    kind: 'text',
    value: 'url',
    description: 'notified of each acquisition; empty: nobody',
    default: () => 'http://localhost:10200/notify',
  })
  @IsUrl(
    { require_tld: false, require_protocol: true, protocols: ['http', 'https'] },
    { message: 'must be an http URL, or empty' },
  )
  @IsOptional()
  epics_writer_url?: string;
}
