import type { LogOutputChannel } from 'vscode';
import type { LogFields, Logger } from '../services/support/logger.js';

/** The output channel as the logger of the services: levels and time stamps are the editor's. */
export function createLogger(channel: LogOutputChannel): Logger {
  return {
    trace: (message, fields) => channel.trace(line(message, fields)),
    debug: (message, fields) => channel.debug(line(message, fields)),
    info: (message, fields) => channel.info(line(message, fields)),
    warn: (message, fields) => channel.warn(line(message, fields)),
    error: (message, fields) => channel.error(line(message, fields)),
  };
}

function line(message: string, fields: LogFields = {}): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [message, ...shown.map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}
