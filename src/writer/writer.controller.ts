import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { MessageContext } from '../transport/message-server.js';
import type { WriteRequest } from '../request/write-request.js';
import { WriterService } from './writer.service.js';

/** Takes write requests from brokers; each is held by name at once, none waits in a buffer. */
@Controller()
export class WriterController {
  constructor(private readonly writer: WriterService) {}

  /** Returns before the request is carried out: what becomes of it is reported, not answered. */
  @EventPattern('write_request')
  accept(@Payload() request: WriteRequest, @Ctx() context: unknown): void {
    const { sent } = (context as MessageContext).facts;
    void this.writer.write(request, { sent });
  }
}
