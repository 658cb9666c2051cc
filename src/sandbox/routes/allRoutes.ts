import type { SandboxContext } from '../context.js';
import { Router } from '../server/router.js';
import { addPseudonymRoutes } from './pseudonymRoutes.js';
import { addImportRoutes } from './importRoutes.js';
import { addPrearchiveRoutes } from './prearchiveRoutes.js';
import { addCacheRoutes } from './cacheRoutes.js';
import { addDumpRoutes } from './dumpRoutes.js';
import { addConfigRoutes } from './configRoutes.js';
import { addExperimentRoutes } from './experimentRoutes.js';
import { addScanRoutes } from './scanRoutes.js';
import { addResourceRoutes } from './resourceRoutes.js';
import { addFileRoutes } from './fileRoutes.js';
import { addProjectRoutes } from './projectRoutes.js';
import { addScriptRoutes } from './scriptRoutes.js';
import { addUserRoutes } from './userRoutes.js';
import { addSessionRoutes } from './sessionRoutes.js';
import { addSubjectRoutes } from './subjectRoutes.js';

/** Every address of the server; special ones before the general ones they overlap with. */
export function allRoutes(context: SandboxContext): Router {
  const router = new Router();
  addSessionRoutes(router, context);
  addProjectRoutes(router, context);
  addSubjectRoutes(router, context);
  if (!context.plainXnat) addPseudonymRoutes(router, context);
  addExperimentRoutes(router, context);
  addScanRoutes(router, context);
  addResourceRoutes(router, context);
  addFileRoutes(router, context);
  addUserRoutes(router, context);
  addScriptRoutes(router, context);
  addConfigRoutes(router, context);
  addDumpRoutes(router, context);
  addCacheRoutes(router, context);
  addPrearchiveRoutes(router, context);
  addImportRoutes(router, context);
  return router;
}
