import { type Dataset, File, ready } from 'h5wasm/node';

/** Writes a file with the dataset /values: `count` float64, the first one given. */
export async function writeSmallFile(path: string, first: number, count = 4): Promise<void> {
  await ready;
  const file = new File(path, 'w');
  const values = Float64Array.from({ length: count }, (_, i) => first + i);
  file.create_dataset({ name: 'values', data: values });
  file.create_attribute('first', first);
  file.close();
}

/** Writes a file with the dataset /values: 2^40 float64, none of which takes any room. */
export async function writeEndlessFile(path: string): Promise<void> {
  await ready;
  const file = new File(path, 'w');
  const data = new Float64Array(1);
  file.create_dataset({ name: 'values', data, maxshape: [null], chunks: [65_536] });
  (file.get('values') as Dataset).resize([2 ** 40]);
  file.close();
}
