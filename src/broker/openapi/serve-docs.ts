import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addParametersSchema } from './parameters-schema.js';

const DESCRIPTION = `Turns "the detector recorded pulses A to B" into an HDF5 file on disk.

By hand: post parameters, put the first pulse id, put the last one; **Try it out** at each call.
Errors come with a proper HTTP status and always as \`{"state": "error", "status": …}\`; only
\`/health\` has a form of its own.`;

/** Swagger UI at `/docs`, the OpenAPI document at `/docs-json`; it is made when somebody first asks. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => documentOf(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'SF DataBuffer broker',
    swaggerOptions: { tryItOutEnabled: true, displayRequestDuration: true },
  });
}

function documentOf(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('SF DataBuffer broker')
      .setDescription(DESCRIPTION)
      .setVersion('1')
      .setOpenAPIVersion('3.1.0')
      .addTag('acquisition', 'What DIA and the detector writers call')
      .addTag('requests', 'What became of write requests, and acquiring again')
      .addTag('broker', 'Looking at the broker, and ending it')
      .addTag('monitoring', 'For Prometheus, and for whoever starts services that are down')
      .build(),
  );
  addParametersSchema(document);
  return document;
}
