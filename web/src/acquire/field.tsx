import { type InputHTMLAttributes, type ReactNode, useId } from 'react';
import css from './field.module.css';

/** A text field with its name, a hint, and what the broker says of it. */
export function Field({
  label,
  name,
  hint,
  problem,
  onValue,
  ...input
}: {
  readonly label: string;
  /** As the broker names it. */
  readonly name: string;
  readonly hint?: ReactNode;
  readonly problem?: string;
  readonly onValue: (value: string) => void;
} & Omit<InputHTMLAttributes<HTMLInputElement>, 'name' | 'onChange'>) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={name}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint ${id}-problem`}
        onChange={({ target }) => onValue(target.value)}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
      <Problem id={`${id}-problem`} text={problem} />
    </div>
  );
}

/** What is wrong with a field. */
export function Problem({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p id={id} className={css.problem} role="alert">
      {text}
    </p>
  );
}
