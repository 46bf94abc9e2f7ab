import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxy,
  ClientsModule,
  Ctx,
  EventPattern,
  type MicroserviceOptions,
  Payload,
} from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import {
  type BsreadChannel,
  type BsreadMessage,
  type DeclaredPatterns,
  MessageContext,
  NoReplies,
  ZmqClient,
  type ZmqClientOptions,
  ZmqServer,
} from 'sf-databuffer-writer/transport';

/*
 * An application as others may write it: work that is dealt out to two servers, which report to a third. It tells
 * what happens as lines of JSON, and ends at a line on its standard input.
 */

const WORK: DeclaredPatterns = { measure: { channel: 'string', gains: 'float32[]' } };
const REPORTED = { cmd: 'reported' };

const say = (event: string, facts: object) => console.log(JSON.stringify({ event, ...facts }));

@Controller()
class Reports {
  @EventPattern(REPORTED)
  reported(@Payload() report: object, @Ctx() { facts }: MessageContext) {
    say('reported', { report, recent: Math.abs(Date.now() / 1000 - facts.sent!) < 60 });
  }

  @EventPattern('stream')
  stream(@Payload() message: BsreadMessage) {
    const { type, shape, value } = message.channels.get('image') as BsreadChannel;
    const isTyped = value instanceof Uint16Array;
    say('streamed', {
      pulse: message.pulseId,
      type,
      shape,
      isTyped,
      value: Array.from(value as Uint16Array),
    });
  }
}

const options: ZmqClientOptions = { address: 'tcp://127.0.0.1:*', patterns: WORK, linger: 500 };

@Module({
  imports: [ClientsModule.register([{ name: 'WORK', customClass: ZmqClient, options }])],
  controllers: [Reports],
})
class Broker {}

function workerModule(name: string, address: string) {
  @Controller()
  class Worker {
    constructor(@Inject('REPORTS') private readonly reports: ClientProxy) {}

    @EventPattern('measure')
    async measure(@Payload() { channel, gains }: { channel: string; gains: number[] }) {
      await lastValueFrom(this.reports.emit(REPORTED, { name, channel, gains }));
    }
  }
  const reports = {
    name: 'REPORTS',
    customClass: ZmqClient,
    options: { address, mode: 'connect' },
  };
  @Module({ imports: [ClientsModule.register([reports])], controllers: [Worker] })
  class WorkerModule {}
  return WorkerModule;
}

const reports = new ZmqServer({
  address: 'tcp://127.0.0.1:*',
  mode: 'bind',
  otherMessages: 'stream',
});
const broker = await NestFactory.create(Broker, { logger: ['warn', 'error'] });
broker.connectMicroservice<MicroserviceOptions>({ strategy: reports });
broker.enableShutdownHooks();
await broker.startAllMicroservices();
const work = broker.get<ClientProxy>('WORK') as ZmqClient;
await work.connect();

const workers = await Promise.all(
  ['first', 'second'].map((name) =>
    NestFactory.createMicroservice<MicroserviceOptions>(workerModule(name, reports.lastEndpoint!), {
      strategy: new ZmqServer({ address: work.lastEndpoint!, mode: 'connect', patterns: WORK }),
      logger: ['warn', 'error'],
    }),
  ),
);
await Promise.all(workers.map((worker) => worker.listen()));
work.status.subscribe((status) => say('status', { status }));
while (work.connectedPeers < workers.length) await new Promise((resolve) => setTimeout(resolve, 5));
for (let n = 0; n < 4; n++)
  await lastValueFrom(work.emit('measure', { channel: `C${n}`, gains: [n, 0.5] }));
await lastValueFrom(work.send('measure', { channel: 'C', gains: [] })).catch((error: unknown) =>
  say('refused', { isNoReplies: error instanceof NoReplies, text: String(error) }),
);
say('ready', { reports: reports.lastEndpoint, work: work.lastEndpoint });

process.stdin.once('data', () => {
  say('rejected', Object.fromEntries(reports.rejected));
  void Promise.all([...workers, broker].map((app) => app.close()))
    .then(() => lastValueFrom(work.emit('measure', {})))
    .catch((error: { code: string }) => say('ended', { code: error.code }))
    .finally(() => process.stdin.destroy());
});
