import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { MessageContext } from '../transport/message-server.js';
import type { WriteRequest } from '../request/write-request.js';
import { WriterService } from './writer.service.js';

/** Takes write requests from brokers; each is held by name at once, none waits in a buffer. */
@Controller()
export class WriterController {
  constructor(private readonly writer: WriterService) {}

  /**
   * What becomes of a request is reported, not answered. Resolves when a queue that keeps the request may let
   * go of it.
   */
  @EventPattern('write_request')
  async accept(@Payload() request: WriteRequest, @Ctx() context: unknown): Promise<void> {
    const { facts } = context as MessageContext;
    await this.writer.accept(request, facts);
  }
}
