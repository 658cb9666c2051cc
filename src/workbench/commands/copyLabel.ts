import { env } from 'vscode';
import { labelOf, type Node } from '../../tree/nodes.js';
import type { CommandHandler } from '../commands.js';
import { chosenNodes } from './arguments.js';

/** "Copy Label": the server's labels of the chosen rows, one a line. */
export function copyLabelCommand(selection: () => readonly Node[]): CommandHandler {
  return async (...args) => {
    await env.clipboard.writeText(chosenNodes(args, selection()).map(labelOf).join('\n'));
  };
}
