import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AcquisitionParameters } from '../../request/acquisition-parameters.js';

const NAME = 'AcquisitionParameters';

/** Where a document describes the parameters of an acquisition. */
export const PARAMETERS_SCHEMA = { $ref: `#/components/schemas/${NAME}` };

/** Puts the checks that parameters really undergo into a document, as their schema. */
export function addParametersSchema(document: OpenAPIObject): void {
  const schema = targetConstructorToSchema(AcquisitionParameters);
  document.components!.schemas![NAME] = schema as never;
}
