import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { live } from './api/live.js';
import { followOverview } from './api/overview.js';
import { followLastFiles } from './now/last-files.js';
import { App } from './app.js';
import { applyTheme } from './shell/theme.js';
import './theme.css';

applyTheme();
live.follow();
followOverview();
followLastFiles();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
