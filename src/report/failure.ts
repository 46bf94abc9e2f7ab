import { IsString } from 'class-validator';

/** Why something came to nothing: a stable word for programs, a sentence for people. */
export class Failure {
  @IsString()
  readonly code!: string;

  @IsString()
  readonly message!: string;
}
