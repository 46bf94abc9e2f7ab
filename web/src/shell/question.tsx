import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Store, useStore } from '../api/store.js';
import css from './question.module.css';

interface Question {
  readonly text: string;
  /** What is done where the answer is yes: `Replace`. */
  readonly yes: string;
  readonly answer: (isYes: boolean) => void;
}

const asked = new Store<Question | undefined>(undefined);

/** Asks before something that can't be undone; whoever closes the question says no. */
export function ask(text: string, yes: string): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    const answer = (isYes: boolean) => {
      asked.set(undefined);
      resolve(isYes);
    };
    asked.set({ text, yes, answer });
  });
}

/** Where {@link ask} asks: over the page, which waits meanwhile. */
export function Questions() {
  const question = useStore(asked);
  return question ? <Dialog key={question.text} question={question} /> : null;
}

function Dialog({ question: { text, yes, answer } }: { readonly question: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current!.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    // It would close the panel below as well.
    event.preventDefault();
    answer(false);
  };
  return (
    // Esc alone; all else are buttons.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={css.question}
      aria-labelledby="question"
      onKeyDown={onKey}
      onCancel={() => answer(false)}
    >
      <p id="question">{text}</p>
      <p className={css.answers}>
        <button type="button" onClick={() => answer(false)}>
          Cancel
        </button>
        <button type="button" className={css.yes} onClick={() => answer(true)}>
          {yes}
        </button>
      </p>
    </dialog>
  );
}
