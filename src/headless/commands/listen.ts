import type { Services } from '../../services/createServices.js';
import type { Logger } from '../../services/support/logger.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { exitCode, exitCodeOf } from '../exitCodes.js';
import { failureOf } from '../failure.js';
import { Gateway } from '../listen/gateway.js';
import { gatewayLogger } from '../listen/gatewayLog.js';
import { listenOptions } from '../listen/listenOptions.js';
import { keepPatientList } from '../patientListOption.js';
import { assertStateFolder } from '../stateFolder.js';

export const listenCommand: Command = {
  name: 'listen',
  usage: '--project P',
  help: 'receive from scanners and archives, de-identify and upload, until SIGTERM',
  options: listenOptions,
  async run(context: CommandContext): Promise<CommandResult> {
    const logger = gatewayLogger(context.output);
    await assertStateFolder(context.stateFolder);
    const services = await context.services(logger);
    try {
      const list = await keepPatientList(context, services);
      try {
        return await listen(context, services, logger);
      } finally {
        await list.end();
      }
    } finally {
      services.dispose();
    }
  },
};

async function listen(context: CommandContext, services: Services, logger: Logger): Promise<CommandResult> {
  const gateway = await Gateway.create(context, services, logger);
  try {
    await gateway.run();
    const code = context.signal.reason === 'SIGINT' ? exitCode.interrupted : exitCode.done;
    return { code, totals: await gateway.totals() };
  } catch (thrown) {
    const error = failureOf(thrown);
    return { code: exitCodeOf(error.code), error, totals: await gateway.totals() };
  } finally {
    gateway.dispose();
  }
}
