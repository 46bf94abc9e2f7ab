import { describe, expect, it } from 'vitest';
import { troubleFields } from './engine-trouble.js';

describe('troubleFields', () => {
  it.each([
    [
      'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN."',
      'user or password',
      '--rabbitmq_url',
    ],
    ['Expected ConnectionOpenOk; got <ConnectionClose channel:0>', 'virtual host', 'add_vhost'],
    ['80AC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:', 'TLS', '5671'],
    ['Socket closed abruptly during opening handshake', 'another protocol', '5672'],
    ['self-signed certificate in certificate chain', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    [
      'Operation failed: QueueDeclare; 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - access to queue \'x\' refused"',
      'too few rights',
      'set_permissions',
    ],
    [
      'Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg \'durable\'"',
      'made otherwise',
      '--rabbitmq_prefix',
    ],
  ])('explains: %s', (words, meaning, remedy) => {
    const fields = troubleFields(new Error(words));
    expect(fields.error).toContain(meaning);
    expect(fields.error).toContain(words);
    expect(fields.remedy).toContain(remedy);
  });

  it('has other errors in their own words, without passwords', () => {
    expect(troubleFields(new Error('no way to amqp://me:secret@host'))).toEqual({
      error: 'no way to amqp://***@host',
    });
  });
});
