import { ApiProperty, getSchemaPath } from '@nestjs/swagger';

export class HealthFinding {
  @ApiProperty({ enum: ['up', 'degraded', 'down'] })
  readonly status!: string;

  @ApiProperty({ type: String, required: false })
  readonly message?: string;
}

const findings = (description: string) =>
  ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(HealthFinding) },
    description,
  });

/** What was found of a service's health, in the form that many tools for it know. */
export class HealthReply {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'] })
  readonly status!: string;

  @findings('What works, if it is degraded with a message.')
  readonly info!: object;

  @findings('What does not.')
  readonly error!: object;

  @findings('All of it.')
  readonly details!: object;
}
