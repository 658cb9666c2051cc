import type { SandboxOptions } from '../../src/sandbox/sandbox.js';

/** What must hold on a server with the GIFT-Cloud extension and on XNAT as it comes. */
export const serverKinds: readonly (readonly [name: string, options: SandboxOptions])[] = [
  ['GIFT-Cloud', {}],
  ['plain XNAT', { plainXnat: true }],
];
