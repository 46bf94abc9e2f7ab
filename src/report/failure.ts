import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Min,
} from 'class-validator';

/** Whose fault a failure may be. */
export const FAULTS = ['request', 'source', 'folder', 'writer'] as const;
export type Fault = (typeof FAULTS)[number];

/** Why something came to nothing: a stable word for programs, a sentence for people. */
export class Failure {
  @IsString()
  readonly code!: string;

  @IsString()
  readonly message!: string;

  /**
   * All whose fault it may be: of the request itself; of the data source; of the output folder; of the writer
   * that met it, so that another one may do better. Writers of releases before don't say.
   */
  @IsIn(FAULTS, { each: true })
  @ArrayMaxSize(FAULTS.length)
  @IsArray()
  @IsOptional()
  readonly faults?: readonly Fault[];

  /** Whether its cause can pass, so that the same request may be written later. */
  @IsBoolean()
  @IsOptional()
  readonly passes?: boolean;

  /** Where it failed: the URL of the source, or a folder. */
  @IsString()
  @IsOptional()
  readonly place?: string;

  /** For how many seconds the source asked not to be asked again. */
  @Min(0)
  @IsNumber()
  @IsOptional()
  readonly retry_after?: number;
}
