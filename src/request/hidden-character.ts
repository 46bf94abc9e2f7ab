/** Control characters, line ends, and what turns the direction of text: nobody sees them, but a terminal obeys. */
const HIDDEN = /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}\p{Bidi_Control}]/u;

/** The first such character of a text, as U+000A; undefined where it has none. */
export function hiddenCharacter(text: string): string | undefined {
  const hidden = HIDDEN.exec(text)?.[0];
  return hidden && `U+${hidden.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
