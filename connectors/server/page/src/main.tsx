// In: the page's address. Out: the page, drawn into #app.
import { render } from 'preact';
import { App } from './app';
import { parse, route } from './lib/route';
import { leave, startScroll } from './lib/scroll';
import { startTheme } from './lib/theme';
import { takeFromAddress } from './lib/token';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/views.css';
import './styles/search.css';
import './styles/editor.css';

startTheme();
takeFromAddress();
startScroll();
route.value = parse(location.hash);

addEventListener('hashchange', () => {
  takeFromAddress();
  leave();
  route.value = parse(location.hash);
});

render(<App />, document.getElementById('app')!);
