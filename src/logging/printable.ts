import jsesc from 'jsesc';

/** Characters that a terminal obeys or hides instead of showing, by the engine's own Unicode tables. */
const NOT_SHOWN =
  /[\p{Control}\p{Format}\p{Surrogate}\p{Line_Separator}\p{Paragraph_Separator}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text that is safe to show to a person on one line: control characters, line ends, invisible
 * characters and those that change the direction of writing become `\n` or `\u202e`. All other
 * characters stay. JSON text stays JSON with the same meaning.
 */
export function printable(text: string): string {
  return text.replaceAll(NOT_SHOWN, (character) =>
    jsesc(character, { json: true, wrap: false, lowercaseHex: true }),
  );
}
