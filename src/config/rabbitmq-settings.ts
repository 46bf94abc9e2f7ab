import { CommonSettings } from './common-settings.js';
import { RabbitmqPrefix, RabbitmqUrl } from './queue-choice.js';

/** Settings of commands that look into RabbitMQ. */
export class RabbitmqSettings extends CommonSettings {
  @RabbitmqUrl()
  rabbitmq_url!: string[];

  @RabbitmqPrefix()
  rabbitmq_prefix!: string;
}
