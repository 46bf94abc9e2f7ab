/** What a refused call says, for people: the broker's sentence, else that there was no answer. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const { message } = error;
    if (Array.isArray(message)) return message.join('; ');
    if (typeof message === 'string' && message !== '') return message;
  }
  return 'The broker gave no answer.';
}
