import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { WriteRequest } from '../request/write-request.js';
import { WriterService } from './writer.service.js';

/** Takes write requests from brokers; each is held by name at once, none waits in a buffer. */
@Controller()
export class WriterController {
  constructor(private readonly writer: WriterService) {}

  /** Returns before the request is carried out: what becomes of it is reported, not answered. */
  @EventPattern('write_request')
  accept(@Payload() request: WriteRequest): void {
    void this.writer.write(request);
  }
}
