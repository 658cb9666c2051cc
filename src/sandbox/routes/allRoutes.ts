import type { SandboxContext } from '../context.js';
import { Router } from '../server/router.js';
import { addProjectRoutes } from './projectRoutes.js';
import { addSessionRoutes } from './sessionRoutes.js';
import { addSubjectRoutes } from './subjectRoutes.js';

/** Every address of the server; special ones before the general ones they overlap with. */
export function allRoutes(context: SandboxContext): Router {
  const router = new Router();
  addSessionRoutes(router, context);
  addProjectRoutes(router, context);
  addSubjectRoutes(router, context);
  return router;
}
