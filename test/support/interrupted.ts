import type { Archive } from '../../src/services/xnat/archive.js';

/** The archive, with something to do right before or right after its n-th call. */
export function interrupted(
  archive: Archive,
  call: number,
  when: 'before' | 'after',
  action: () => void,
): Archive {
  let calls = 0;
  return new Proxy(archive, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...parameters: unknown[]): Promise<unknown> => {
        const mine = ++calls === call;
        if (mine && when === 'before') action();
        const result: unknown = await Reflect.apply(member, target, parameters);
        if (mine && when === 'after') action();
        return result;
      };
    },
  });
}
