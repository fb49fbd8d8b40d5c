// In: imports of style sheets. Out: nothing; the build gathers them into page.css.
declare module '*.css';
