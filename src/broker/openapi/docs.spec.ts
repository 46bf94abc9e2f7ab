import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY_LIMIT } from '../http/request-body.js';
import { BrokerFixture, type Call, type Reply } from '../broker.fixture.js';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: object }>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly example?: unknown;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly headers?: object;
        readonly content?: Readonly<Record<string, Media>>;
      }
    >
  >;
}
interface Property {
  readonly examples?: readonly unknown[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, object>>;
  };
}

let broker: BrokerFixture;
let document: Document;
let ajv: Ajv2020;

beforeAll(async () => {
  broker = await new BrokerFixture().start();
  document = resolved((await broker.call('GET', '/docs-json')).json as unknown as Document);
  ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'doc', components: document.components });
});

afterAll(() => broker.remove());

/** The document with its common responses in their places. */
function resolved(served: Document): Document {
  const { responses } = served.components;
  return JSON.parse(
    JSON.stringify(served).replaceAll(
      /\{"\$ref":"#\/components\/responses\/(\w+)"\}/g,
      (_, name: string) => JSON.stringify(responses[name]),
    ),
  ) as Document;
}

function problems(schema: object, value: unknown): unknown {
  const absolute = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components', '"doc#/components'),
  ) as object;
  const validate = ajv.compile(absolute);
  return validate(value) ? [] : validate.errors;
}

/** Makes a call and checks that its reply is one that the document describes. */
async function described(method: string, path: string, call?: Call): Promise<Reply> {
  const reply = await broker.call(method, path, call);
  const template = path
    .replace(/pulse_id\/.*/, 'pulse_id/{pulse_id}')
    .replace(/\?.*/, '')
    .replace(/requests\/.*/, 'requests/{request_id}')
    .replace(/acquisitions\/[^/]*/, 'acquisitions/{id}')
    .replace(/runs\/[^/]+\/[^/]+/, 'runs/{pgroup}/{run}')
    .replace(/log_level\/.*/, 'log_level/{log_level}');
  const responses = document.paths[template]?.[method.toLowerCase()]?.responses ?? {};
  const response = Object.entries(responses).find(
    ([status]) => status === String(reply.status),
  )?.[1];
  if (!response) throw new Error(`not described: ${method} ${template} ${reply.status}`);
  const media = response.content?.['application/json'];
  if (media) expect(problems(media.schema, reply.json)).toEqual([]);
  else expect(reply.text).toBe('');
  return reply;
}

function media(): [string, Media][] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody, responses }]) =>
      [requestBody, ...Object.values(responses)]
        .map((entry) => entry?.content?.['application/json'])
        .filter((entry) => entry !== undefined)
        .map((entry): [string, Media] => [`${method} ${path}`, entry]),
    ),
  );
}

describe('the OpenAPI document', () => {
  it('describes every call, by a name that generated clients have for it', () => {
    const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`,
      ),
    );
    expect(calls.sort()).toEqual([
      'acquirePast: POST /acquisitions',
      'advanceRunNumber: POST /advance_run_number',
      'cancelRequest: DELETE /requests/{request_id}',
      'closePgroupWriting: POST /close_pgroup_writing',
      'completeAcquisition: POST /acquisitions/{id}/complete',
      'copyUserFiles: POST /copy_user_files',
      'endBroker: GET /kill',
      'findChannels: GET /channels',
      'getAcquisition: GET /acquisitions/{id}',
      'getAllowedDetectors: GET /get_allowed_detectors',
      'getAllowedDetectorsList: GET /get_allowed_detectors_list',
      'getCurrentRunNumber: GET /get_current_run_number',
      'getFileAttributes: GET /files/attr',
      'getFileCoverage: GET /files/coverage',
      'getFileData: GET /files/data',
      'getFileEntity: GET /files/meta',
      'getFilePaths: GET /files/paths',
      'getFileStatistics: GET /files/stats',
      'getFileTable: GET /files/csv',
      'getLastRunNumber: GET /get_last_run_number',
      'getLine: GET /requests/{request_id}/line',
      'getLiveness: GET /health/live',
      'getLogLevel: GET /log_level',
      'getMetrics: GET /metrics',
      'getNextRunNumber: GET /get_next_run_number',
      'getOverview: GET /overview',
      'getPresentAcquisition: GET /acquisition',
      'getPvList: GET /get_pvlist',
      'getReadiness: GET /health/ready',
      'getRequest: GET /requests/{request_id}',
      'getRun: GET /runs/{pgroup}/{run}',
      'getRunningDetectors: GET /get_running_detectors',
      'getRunningDetectorsList: GET /get_running_detectors_list',
      'getStatistics: GET /statistics',
      'getStatus: GET /status',
      'giveUpAcquisition: GET /stop',
      'listAcquisitions: GET /acquisitions',
      'listRequests: GET /requests',
      'listRuns: GET /runs',
      'powerOnDetector: POST /power_on_detector',
      'retrieveFromBuffers: POST /retrieve_from_buffers',
      'setLogLevel: PUT /log_level/{log_level}',
      'setParameters: POST /parameters',
      'setPvList: POST /set_pvlist',
      'setStartPulseId: PUT /start_pulse_id/{pulse_id}',
      'setStopPulseId: PUT /stop_pulse_id/{pulse_id}',
      'streamEvents: GET /events',
      'submitRequest: POST /requests',
      'takePedestal: POST /take_pedestal',
      'waitForRun: GET /runs/{pgroup}/{run}/wait',
    ]);
  });

  it('has each parameter once, however its letters are', () => {
    for (const operations of Object.values(document.paths)) {
      for (const { operationId, parameters } of Object.values(operations)) {
        const names = parameters.map((each) => `${each.in} ${each.name.toLowerCase()}`);
        expect({ operationId, names }).toEqual({ operationId, names: [...new Set(names)] });
      }
    }
  });

  it('has the parameters of queries that the broker knows', async () => {
    for (const [method, path] of [
      ['GET', '/requests'],
      ['POST', '/requests'],
      ['GET', '/acquisitions'],
    ] as const) {
      const { parameters } = document.paths[path][method.toLowerCase()];
      const names = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
      const body = method === 'POST' ? { body: {} } : {};
      const { json } = await broker.call(method, `${path}?x=1`, body);
      expect(json.message).toContain(`x is not known: use ${names.join(', ')}.`);
    }
  });

  it('fills in a list of requests nothing that would leave some out', () => {
    const { parameters } = document.paths['/requests'].get;
    expect(parameters.filter((each) => 'example' in each || 'example' in each.schema)).toEqual([]);
  });

  it('accepts further keys of parameters', () => {
    const { AcquisitionParameters } = document.components.schemas;
    expect(AcquisitionParameters).toMatchObject({ additionalProperties: true });
  });

  it('has examples of parameters and of properties that are what its schemas say', () => {
    const parameters = Object.values(document.paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap((operation) => operation.parameters)
      .filter(({ example }) => example !== undefined);
    expect(parameters.length).toBeGreaterThan(3);
    for (const { name, schema, example } of parameters) {
      expect({ name, wrong: problems(schema, example) }).toEqual({ name, wrong: [] });
    }
    const properties = Object.values(document.components.schemas)
      .flatMap((schema) => Object.entries((schema as { properties?: object }).properties ?? {}))
      .filter(([, property]: [string, Property]) => property.examples);
    expect(properties.length).toBeGreaterThan(40);
    for (const [name, property] of properties as [string, Property][]) {
      const wrong = property.examples!.map((example) => problems(property, example));
      expect({ name, wrong }).toEqual({ name, wrong: property.examples!.map(() => []) });
    }
  });

  it('has examples of bodies that are what its schemas say', () => {
    for (const [call, { schema, example, examples }] of media()) {
      const values = [example, ...Object.values(examples ?? {}).map(({ value }) => value)];
      const given = values.filter((value) => value !== undefined);
      expect({ call, examples: given.length }).not.toEqual({ call, examples: 0 });
      const wrong = given.map((value) => problems(schema, value));
      expect({ call, wrong }).toEqual({ call, wrong: given.map(() => []) });
    }
  });

  it('has pulse ids to try its calls with', () => {
    for (const [call, example] of [
      ['start', 1000],
      ['stop', 1299],
    ] as const) {
      const { parameters } = document.paths[`/${call}_pulse_id/{pulse_id}`].put;
      expect(parameters).toMatchObject([{ name: 'pulse_id', example, schema: { minimum: 0 } }]);
    }
  });

  it('describes what any call can be refused for', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        const call = path.replace(/\{[^/]*\}/, '5');
        const named = await described(method.toUpperCase(), call, {
          headers: { Host: 'a.example', Origin: 'http://a.example' },
        });
        expect(named.status).toBe(403);
        const tooLarge = responses['413'] ?? responses['200'];
        expect(tooLarge.content!['application/json'].examples).toHaveProperty('body_too_large');
      }
    }
    const body = Buffer.alloc(BODY_LIMIT + 1);
    const headers = { 'Content-Length': String(body.length) };
    expect((await described('GET', '/status', { body, headers })).status).toBe(413);
  });

  it('says that a channel list may be missing', () => {
    const { description, content } = document.paths['/parameters'].post.responses[503];
    expect(description).toContain('no_channel_list');
    expect(content!['application/json'].examples).toHaveProperty('no_channel_list');
  });

  it('says when to try again', () => {
    for (const [path, status] of [
      ['/status', undefined],
      ['/kill', 429],
      ['/events', 503],
    ] as const) {
      const { responses } = document.paths[path].get;
      const found = Object.keys(responses).filter((each) => responses[each].headers);
      expect(found).toEqual(status ? [String(status)] : []);
    }
  });

  it('describes the replies of a whole acquisition, driven by its own example', async () => {
    await described('GET', '/statistics');
    const content = document.paths['/parameters'].post.requestBody!.content['application/json'];
    const examples = Object.values(content.examples!).map(({ value }) => value);
    const nulls = { ...examples[0], output_file_format: null, user_id: null };
    for (const value of [...examples, nulls]) {
      expect((await described('POST', '/parameters', { body: value })).status).toBe(200);
      await described('PUT', '/start_pulse_id/1000');
      await described('GET', '/status');
      expect((await described('PUT', '/stop_pulse_id/1299')).status).toBe(200);
      await described('GET', '/statistics');
    }
    const { json } = await described('GET', '/requests?state=queued&limit=2');
    const [{ request_id }] = json.requests as { request_id: string }[];
    await described('GET', `/requests/${request_id}`);
    const submitted = document.paths['/requests'].post.requestBody!.content['application/json'];
    expect(
      (await described('POST', '/requests', { body: submitted.example as object })).status,
    ).toBe(200);
    expect((await described('DELETE', `/requests/${request_id}`)).status).toBe(200);
    expect((await described('DELETE', `/requests/${request_id}`)).status).toBe(409);
    await described('GET', '/stop');
    await described('POST', '/parameters', { body: examples[0] });
    for (const pulseId of [999, 1000]) await described('PUT', `/start_pulse_id/${pulseId}`);
    await described('GET', '/stop');
    const abandoned = await described('GET', '/acquisitions?state=abandoned&limit=1');
    const [{ id }] = abandoned.json.acquisitions as { id: string }[];
    await described('GET', `/acquisitions/${id}`);
    const late = document.paths['/acquisitions/{id}/complete'].post.requestBody!.content;
    const body = late['application/json'].example as object;
    for (const status of [200, 409]) {
      const reply = await described('POST', `/acquisitions/${id}/complete`, { body });
      expect(reply.status).toBe(status);
    }
    await described('GET', '/acquisitions');
    await described('GET', '/health/live');
    await described('GET', '/health/ready');
  });

  it('describes replies to what is wrong', async () => {
    const foreign = { headers: { Origin: 'https://example.org' } };
    for (const [method, path, status, call] of [
      ['POST', '/parameters', 400, { body: {} }],
      ['POST', '/parameters', 413, { body: { x: 'x'.repeat(BODY_LIMIT) } }],
      ['POST', '/parameters', 415, { body: 'x' }],
      ['POST', '/parameters', 403, foreign],
      ['GET', '/requests?state=gone', 400, {}],
      ['GET', '/requests/none', 404, {}],
      ['GET', '/acquisitions/none', 404, {}],
      ['POST', '/acquisitions/none/complete', 404, { body: {} }],
      ['POST', '/acquisitions/none/complete', 415, { body: 'x' }],
      ['POST', '/acquisitions/none/complete', 403, foreign],
      ['DELETE', '/requests/none', 404, {}],
      ['DELETE', '/requests/none', 403, foreign],
      ['POST', '/requests', 400, { body: {} }],
      ['POST', '/requests', 415, { body: 'x' }],
      ['POST', '/requests', 403, foreign],
      ['PUT', '/start_pulse_id/x', 400, {}],
      ['PUT', '/start_pulse_id/5', 403, foreign],
      ['PUT', '/start_pulse_id/5', 200, {}],
      ['PUT', '/stop_pulse_id/x', 400, {}],
      ['PUT', '/stop_pulse_id/5', 409, {}],
      ['GET', '/stop', 403, foreign],
      ['GET', '/kill', 403, foreign],
      ['GET', '/log_level', 200, {}],
      ['PUT', '/log_level/debug', 200, {}],
      ['PUT', '/log_level/LOUD', 400, {}],
      ['PUT', '/log_level/DEBUG', 403, foreign],
      ['GET', '/status', 403, { headers: { Host: 'example.org' } }],
    ] as const) {
      expect((await described(method, path, call)).status).toBe(status);
    }
  });

  it('has the same checks for parameters as the broker', async () => {
    const { AcquisitionParameters } = document.components.schemas;
    for (const change of [
      { output_file: 5 },
      { output_file: '' },
      { channels: [1] },
      { user_id: 'x' },
    ]) {
      const content = document.paths['/parameters'].post.requestBody!.content['application/json'];
      const body = { ...content.examples!.simulator.value, ...change };
      expect(problems(AcquisitionParameters, body)).not.toEqual([]);
      expect((await broker.call('POST', '/parameters', { body })).status).toBe(400);
    }
    expect(problems(AcquisitionParameters, {})).toHaveLength(5);
  });

  it('does not answer for paths other than its own', async () => {
    for (const path of ['/docs/nothing', '/docs/../status.js', '/docs-xml']) {
      expect((await broker.call('GET', path)).status).toBe(404);
    }
    const post = await broker.call('POST', '/docs', { body: {} });
    expect(post).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  });

  it('is shown by Swagger UI, which needs nothing from elsewhere', async () => {
    const page = await broker.call('GET', '/docs');
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('swagger-ui') });
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toMatch(/^\.?\//);
      const { pathname } = new URL(link, 'http://broker/');
      const { status } = await broker.call('GET', pathname);
      expect({ link, status }).toEqual({ link, status: 200 });
    }
  });
});
