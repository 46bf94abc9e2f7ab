/** No object lies at a path of the file. */
export class NoSuchPath extends Error {
  override readonly name = 'NoSuchPath';

  constructor(readonly path: string) {
    super(`${path} is not a valid path: nothing in the file has this name.`);
  }
}

/** A link of the file leads nowhere, or out of it. */
export class LinkUnresolved extends Error {
  override readonly name = 'LinkUnresolved';

  constructor(
    readonly path: string,
    readonly kind: 'soft' | 'external',
  ) {
    super(
      kind === 'soft'
        ? `Cannot resolve soft link at ${path}: its target is not in the file.`
        : `Cannot resolve external link at ${path}: other files are not followed, open the target itself.`,
    );
  }
}

/** What is asked for does not fit what is in the file. */
export class BadQuestion extends Error {
  override readonly name = 'BadQuestion';
}

/** An object that is all right, but can't be read here, or not as it was asked for. */
export class NotReadableHere extends Error {
  override readonly name = 'NotReadableHere';

  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path} can't be read here: ${reason}`);
  }
}
