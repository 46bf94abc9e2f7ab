import { Icon } from './icon.js';
import { toggleTheme, useTheme } from './theme.js';
import css from './theme-button.module.css';

/** Light or dark, whatever the system prefers. */
export function ThemeButton() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className={css.theme}
      onClick={toggleTheme}
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
    >
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}
