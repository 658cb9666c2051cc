/** The sandbox's own bundle, `dist/sandbox.js`: loaded on first use by the command line and the extension. */
export { startSandbox } from './sandbox.js';
