import { ApiProperty } from '@nestjs/swagger';

const SECONDS = { type: Number, description: 'Seconds since the epoch.' };

export class WriterError {
  @ApiProperty(SECONDS)
  readonly time!: number;

  @ApiProperty({ type: String })
  readonly request_id!: string;

  @ApiProperty({ type: String, description: 'Stable word, e.g. disk_full.' })
  readonly code!: string;

  @ApiProperty({ type: String })
  readonly message!: string;
}

export class WrittenFile {
  @ApiProperty(SECONDS)
  readonly time!: number;

  @ApiProperty({ type: String })
  readonly request_id!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly output_file!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null for a file without rows.' })
  readonly first_pulse_id!: number | null;

  @ApiProperty({ type: 'integer', nullable: true })
  readonly last_pulse_id!: number | null;

  @ApiProperty({ type: 'integer', description: 'Channels in the file.' })
  readonly channels!: number;

  @ApiProperty({ type: 'integer', description: 'Rows in the file, all channels together.' })
  readonly rows!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes of the data API’s reply.' })
  readonly bytes!: number;
}

/** A writer that reports. Counts are since it came to this broker. */
export class WriterStatistics {
  @ApiProperty({ type: String, description: 'Unique for each start of a writer.' })
  readonly writer_id!: string;

  @ApiProperty({ type: String })
  readonly version!: string;

  @ApiProperty({ type: String })
  readonly host!: string;

  @ApiProperty({ type: 'integer' })
  readonly pid!: number;

  @ApiProperty({ ...SECONDS, description: 'When it started, seconds since the epoch.' })
  readonly started!: number;

  @ApiProperty(SECONDS)
  readonly connected_since!: number;

  @ApiProperty(SECONDS)
  readonly last_seen!: number;

  @ApiProperty({ type: 'integer', description: 'Requests that it carries out at once.' })
  readonly concurrency!: number;

  @ApiProperty({ type: 'integer', description: 'Requests that it holds.' })
  readonly requests_under_way!: number;

  @ApiProperty({ type: 'integer' })
  readonly requests_written!: number;

  @ApiProperty({ type: 'integer' })
  readonly requests_failed!: number;

  @ApiProperty({ type: 'integer' })
  readonly requests_superseded!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes of the data API’s replies.' })
  readonly bytes!: number;

  @ApiProperty({ type: WriterError, nullable: true })
  readonly last_error!: WriterError | null;

  @ApiProperty({ type: WrittenFile, nullable: true })
  readonly last_file!: WrittenFile | null;
}
