import { type INestApplication, Module } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Express } from 'express';
import { version } from '../../config/version.js';
import { SWAGGER_UI_FOLDER } from '../../http/swagger-ui-folder.js';
import { IS_CLIENT_FORM } from '../http/client-form.js';
import { ApiCall, ApiGroup } from './api-call.js';
import { type Operation, commonResponses, operationOf } from './operation.js';
import { SCHEMAS } from './schemas.js';

const DESCRIPTION = `Turns "the detector recorded pulses A to B" into an HDF5 file on disk.

By hand: post parameters, put the first pulse id, put the last one; **Try it out** at each call.
Errors come with a proper HTTP status and always as \`{"state": "error", "status": …, "message": …}\`; only
\`/health\` has a form of its own, and the calls that the beamlines' clients make for runs: these are answered with
HTTP 200 (403 and 429 apart), and their \`status\`, \`ok\` or \`error\`, says whether all is well.`;

@Module({})
class DocsModule {}

/** Serves Swagger UI and the OpenAPI document of an application; other paths go on to the next handler. */
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
    customSwaggerUiPath: SWAGGER_UI_FOLDER,
    customSiteTitle: 'SF DataBuffer broker',
    swaggerOptions: { tryItOutEnabled: true, displayRequestDuration: true },
  });
  return docs.getHttpAdapter().getInstance();
}

/** Paths come from the routes, schemas from the types, the rest from the decorators of the calls. */
function documentOf(app: INestApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('SF DataBuffer broker')
    .setDescription(DESCRIPTION)
    .setVersion(version())
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The broker that serves this document')
    .addTag('acquisition', 'For DIA and the detector writers')
    .addTag('requests', 'What became of write requests, and acquiring again')
    .addTag('runs', 'Runs of the beamlines’ pgroups: numbers, files, what became of them')
    .addTag('broker', 'Looking at the broker, and ending it')
    .addTag('monitoring', 'For Prometheus, and for whoever restarts services that are down')
    .build();
  const { contact: _none, ...named } = info.info;
  const routes = SwaggerModule.createDocument(
    app,
    { ...info, info: named },
    {
      operationIdFactory: (_controller, method) => method,
    },
  );
  const operations = operationsOf(app);
  for (const item of Object.values(routes.paths)) {
    for (const [method, { operationId }] of Object.entries(item)) {
      item[method as 'get'] = operations.get(operationId)!;
    }
  }
  return {
    ...routes,
    security: [],
    components: { schemas: SCHEMAS as never, responses: commonResponses() },
  };
}

/** The descriptions of all calls, by operation id. */
function operationsOf(app: INestApplication): Map<string, Operation> {
  const [reflector, scanner] = [app.get(Reflector), new MetadataScanner()];
  const operations = new Map<string, Operation>();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      const { prototype } = metatype as new () => Record<string, () => unknown>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const call = reflector.get(ApiCall, prototype[name]);
        if (!call) continue;
        const isClientForm = reflector.get(IS_CLIENT_FORM, metatype!) ?? false;
        const group = reflector.get(ApiGroup, metatype!);
        operations.set(name, operationOf(name, group, call, isClientForm));
      }
    }
  }
  return operations;
}
