const DIGITS =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Bytes as text, as libzmq writes keys (ZeroMQ RFC 32): 5 characters for each 4 bytes. */
export function z85(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let word = bytes.readUInt32BE(at);
    let characters = '';
    for (let n = 0; n < 5; n++) {
      characters = DIGITS[word % 85] + characters;
      word = Math.floor(word / 85);
    }
    text += characters;
  }
  return text;
}
