import { describe, expect, it } from 'vitest';
import { AllowedAddresses, isAddressRange } from './allowed-addresses.js';

describe('allowed addresses', () => {
  it.each([
    ['10.0.0.0/8', ['10.255.0.1', '::ffff:10.1.2.3'], ['11.0.0.1', '::ffff:11.0.0.1', 'fd00::1']],
    ['10.1.2.3/8', ['10.200.0.1'], ['9.0.0.1']],
    ['192.168.1.7', ['192.168.1.7', '::ffff:c0a8:107'], ['192.168.1.8']],
    ['::ffff:10.0.0.0/104', ['10.1.2.3', '::ffff:10.1.2.3'], ['11.1.2.3']],
    ['fd00::/8', ['fdff::1'], ['fe80::1', '10.0.0.1']],
    ['fe80::/10', ['fe80::1%eth0', 'fe80::1'], ['::1']],
    ['0.0.0.0/0', ['8.8.8.8', '::ffff:8.8.8.8'], ['2001:db8::1']],
    ['::/0', ['2001:db8::1', '::ffff:8.8.8.8'], ['']],
    ['::1', ['::1'], ['127.0.0.1', 'localhost', '10.0.0.1/8']],
  ])('in %s are these and no others', (range, inside, outside) => {
    const allowed = new AllowedAddresses([range]);
    expect(inside.filter((address) => !allowed.has(address))).toEqual([]);
    expect(outside.filter((address) => allowed.has(address))).toEqual([]);
  });

  it('are in any of several ranges, and in none of an empty list', () => {
    const allowed = new AllowedAddresses(['10.0.0.0/8', '127.0.0.1']);
    expect(['10.1.1.1', '127.0.0.1', '127.0.0.2'].map((each) => allowed.has(each))).toEqual([
      ...[true, true, false],
    ]);
    expect(new AllowedAddresses([]).has('127.0.0.1')).toBe(false);
  });

  it('are all without a list', () => {
    expect(new AllowedAddresses()).toMatchObject({ areAll: true });
    expect(new AllowedAddresses().has('203.0.113.9')).toBe(true);
  });

  it.each(['', '10.0.0.0/33', '10.0.0/8', '::/129', 'host', '10.0.0.1/', '10.0.0.1/-1', ' ::1'])(
    'can not be written as %j',
    (text) => expect(isAddressRange(text)).toBe(false),
  );
});
