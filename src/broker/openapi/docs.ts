import type { INestApplication } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Express } from 'express';
import './descriptions.js';
import { addParametersSchema } from './parameters-schema.js';

const DESCRIPTION = `Turns "the detector recorded pulses A to B" into an HDF5 file on disk.

By hand: post parameters, put the first pulse id, put the last one; **Try it out** at each call.
Errors come with a proper HTTP status and always as \`{"state": "error", "status": …, "message": …}\`; only
\`/health\` has a form of its own.`;

@Module({})
class DocsModule {}

/** Serves Swagger UI and the OpenAPI document of an application; what is none of them goes on to the next. */
export async function docsOf(app: INestApplication): Promise<Express> {
  const docs = await NestFactory.create<NestExpressApplication>(DocsModule, {
    bodyParser: false,
    abortOnError: false,
  });
  docs.disable('x-powered-by');
  docs.disable('etag');
  SwaggerModule.setup('docs', docs, () => documentOf(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'SF DataBuffer broker',
    swaggerOptions: { tryItOutEnabled: true, displayRequestDuration: true },
  });
  return docs.getHttpAdapter().getInstance();
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
