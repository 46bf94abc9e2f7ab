import { ApiProperty } from '@nestjs/swagger';

/** What is known of the configured channel list. */
export class ChannelListState {
  @ApiProperty({ type: String })
  readonly path!: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Channels in the list that counts; null before there was a usable one.',
  })
  readonly channels!: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When that list was read.',
  })
  readonly read_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "Why the file as it is now can't be used; the last usable list counts meanwhile.",
  })
  readonly problem!: string | null;
}
