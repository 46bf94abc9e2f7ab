const CHANNELS = 24;
const POINTS = 2000;
const FEW_POINTS = 20;
const WAVEFORMS = 120;
const WAVEFORM_LENGTH = 1024;
const LONG_WAVEFORMS = 800;
const LONG_WAVEFORM_LENGTH = 2048;
const IMAGES = 8;
const WIDTH = 512;
const HEIGHT = 256;
const PIECE = 128 * 1024;

/**
 * A reply as the data API gives it, about 18 MB in pieces: scalars and texts, waveforms, images.
 *
 * The values make no sense; how many digits they have does. The long waveforms fill the buffers and the
 * memory for rows that wait, which take longer to use for the first time than ever after.
 */
export function* sampleReply(): Generator<Uint8Array> {
  yield Buffer.from('[');
  yield* scalars(POINTS);
  yield Buffer.from(',');
  const numbers = Array.from({ length: 2 * WAVEFORM_LENGTH }, (_, i) =>
    Math.sin(i).toPrecision(8 + (i % 2)),
  );
  yield* channel('WAVEFORM', 'float32', [WAVEFORM_LENGTH], WAVEFORMS, (i) =>
    list(numbers.slice(i, i + WAVEFORM_LENGTH)),
  );
  yield Buffer.from(',');
  const digits = list(Array.from({ length: LONG_WAVEFORM_LENGTH }, (_, i) => i % 10));
  yield* channel('LONG', 'float32', [LONG_WAVEFORM_LENGTH], LONG_WAVEFORMS, () => digits);
  yield Buffer.from(',');
  const pixels = list(Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * i) % 3989));
  yield* channel('IMAGE', 'uint16', [WIDTH, HEIGHT], IMAGES, () => pixels);
  yield Buffer.from(']');
}

/** The same scalars and texts, so few of them that a thread writes the file by itself. */
export function* smallSampleReply(): Generator<Uint8Array> {
  yield Buffer.from('[');
  yield* scalars(FEW_POINTS);
  yield Buffer.from(']');
}

function* scalars(points: number): Generator<Uint8Array> {
  for (let n = 0; n < CHANNELS; n++) {
    if (n > 0) yield Buffer.from(',');
    const isText = n % 8 === 7;
    const values = (i: number) => (isText ? `"text ${i}"` : String(Math.sqrt(i + n)));
    yield* channel(`SCALAR-${n}`, isText ? 'string' : 'float64', [1], points, values);
  }
}

/** A channel object in pieces; images come with their description first, as from the image buffer. */
function* channel(
  name: string,
  type: string,
  shape: readonly number[],
  points: number,
  valueAt: (i: number) => string,
): Generator<Uint8Array> {
  const config = `"configs":[{"type":"${type}","shape":${list(shape)}}],"channel":{"name":"${name}"}`;
  const isImage = shape.length > 1;
  let text = isImage ? `{${config},"data":[` : '{"data":[';
  for (let i = 0; i < points; i++) {
    const second = String(Math.floor(i / 100) % 60).padStart(2, '0');
    const date = `2018-06-08T14:04:${second}.${String((i % 100) * 10_000_000 + i).padStart(9, '0')}+02:00`;
    const separator = i === 0 ? '' : ',';
    text += `${separator}{"pulseId":${i + 1},"shape":${list(shape)},"value":${valueAt(i)},"globalDate":"${date}"}`;
    if (text.length > PIECE) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(isImage ? `${text}]}` : `${text}],${config}}`);
}

function list(items: readonly (string | number)[]): string {
  return `[${items.join(',')}]`;
}
