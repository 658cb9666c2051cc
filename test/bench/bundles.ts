import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from './support/bench.js';

const megabyte = 1024 * 1024;

/** Size of the bundles, minified as they are packaged. */
export const bundles: Measurement = {
  name: 'bundles',
  diskGb: 0,
  run: async (bench) => {
    const size = (name: string): number => statSync(join(bench.dist, `${name}.js`)).size / megabyte;
    const lazy = ['services', 'worker', 'patientList', 'sandbox'].map(
      (name) => `${name}.js ${size(name).toFixed(2)} MB`,
    );
    return {
      title: 'Bundles',
      notes: [`loaded when first used: ${lazy.join(', ')}`],
      results: [],
      targets: [
        {
          what: 'Bundle that is loaded at activation',
          relation: 'under',
          limit: 1.5,
          unit: 'MB',
          measured: size('extension'),
        },
      ],
    };
  },
};
