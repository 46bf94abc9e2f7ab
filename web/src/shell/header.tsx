import { toggleTheme, useTheme } from './theme.js';
import css from './header.module.css';

export function Header() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header className={css.header}>
      <h1>SF DataBuffer</h1>
      <button
        type="button"
        className={css.theme}
        onClick={toggleTheme}
        aria-label={`Use ${other} colours`}
      >
        {theme === 'dark' ? '☀' : '☾'}
      </button>
    </header>
  );
}
