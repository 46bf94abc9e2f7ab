import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyTheme } from './shell/theme.js';
import { ViewApp } from './view/view-app.js';
import './theme.css';

applyTheme();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <ViewApp />
  </StrictMode>,
);
