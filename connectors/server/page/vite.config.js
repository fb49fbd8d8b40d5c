// In: src. Out: dist with fixed names, so that the Rust program can include the files by name.
import { defineConfig } from 'vite';

/** Three scripts: the page, and two that are fetched when a view needs them. */
const chunkName = (chunk) => (/graph/.test(chunk.name) ? 'graph.js' : /editor/.test(chunk.name) ? 'editor.js' : '[name].js');

export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 100000,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        entryFileNames: 'page.js',
        chunkFileNames: chunkName,
        assetFileNames: 'page[extname]',
      },
    },
  },
});
