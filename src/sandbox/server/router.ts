import type { Answer } from './answers.js';
import type { Exchange } from './exchange.js';

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly handler: Handler;
}

export interface Match {
  readonly handler: Handler;
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Routes by path pattern: `projects/:project/subjects`, and `*name` at the end for the rest of the path. The first
 * route that fits wins, so special routes are added before general ones.
 */
export class Router {
  private readonly routes: Route[] = [];

  add(method: string, pattern: string, handler: Handler): void {
    this.routes.push({ method, parts: pattern.split('/'), handler });
  }

  /** Adds one handler under several patterns. */
  addAll(method: string, patterns: readonly string[], handler: Handler): void {
    for (const pattern of patterns) this.add(method, pattern, handler);
  }

  match(method: string, segments: readonly string[]): Match | undefined {
    for (const route of this.routes) {
      if (route.method !== method) continue;
      const params = matchParts(route.parts, segments);
      if (params !== undefined) return { handler: route.handler, params };
    }
    return undefined;
  }

  /** Methods that a path knows, for 405 and OPTIONS. */
  methodsOf(segments: readonly string[]): string[] {
    const methods = new Set<string>();
    for (const route of this.routes) {
      if (matchParts(route.parts, segments) !== undefined) methods.add(route.method);
    }
    return [...methods];
  }
}

function matchParts(parts: readonly string[], segments: readonly string[]): Map<string, string> | undefined {
  const params = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    if (part.startsWith('*')) {
      if (segments.length <= index) return undefined;
      params.set(part.slice(1), segments.slice(index).join('/'));
      return params;
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (part.startsWith(':')) params.set(part.slice(1), segment);
    else if (part !== segment) return undefined;
  }
  return parts.length === segments.length ? params : undefined;
}
