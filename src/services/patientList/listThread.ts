import { Worker } from 'node:worker_threads';
import { GiftCloudError, type ErrorCode } from '../support/errors.js';
import type { ListOutcome, WriteList } from './types.js';

/** What the thread says at its end. */
export type ListAnswer =
  | { readonly outcome: ListOutcome }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly hint: string;
        readonly retryable: boolean;
      };
    };

/**
 * Writes lists in a thread that lives as long as one of them: workbook and encryption take seconds, and nothing of them, of
 * names or of the password stays in memory.
 * @param script path of dist/patientList.js
 */
export function listThread(script: string): WriteList {
  return (order) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, {
        workerData: order,
        env: {},
        // Packages below exceljs call the old `Buffer()`.
        execArgv: ['--no-deprecation'],
        resourceLimits: { maxOldGenerationSizeMb: 1024 },
      });
      worker.once('message', (answer: ListAnswer) => {
        if ('outcome' in answer) resolve(answer.outcome);
        else reject(new GiftCloudError(answer.error.code, answer.error.message, answer.error));
      });
      worker.once('error', (error) => reject(stopped(error)));
      // After its answer this says nothing new.
      worker.once('exit', () => reject(stopped()));
    });
}

function stopped(cause?: unknown): GiftCloudError {
  return new GiftCloudError('INTERNAL', 'The thread that writes the patient list stopped.', {
    hint: 'The list before is as it was. It is written again with the next patient.',
    retryable: true,
    cause,
  });
}
