/** What the reading of one file looked up in the others: as long as all of that is as it was, the file reads as it did. */
import type { Scope, Scopes } from "./scope.ts";

export interface NotedScopes {
  readonly scopes: Scopes;
  /** Whether a reading that looked into `now` would have seen the same. */
  holds(now: Scopes): boolean;
}

/** `scopes`, with a note of what is asked of them. Who asks for all of them sees every change. */
export function noteScopes(scopes: Scopes): NotedScopes {
  const seen = new Map<string, Scope | undefined>();
  let all = false;
  const note = (file: string): Scope | undefined => {
    const scope = scopes.get(file);
    seen.set(file, scope);
    return scope;
  };
  const noteAll = <Result>(result: Result): Result => {
    all = true;
    return result;
  };
  return {
    scopes: { get: note, has: (file) => note(file) !== undefined, keys: () => noteAll(scopes.keys()), values: () => noteAll(scopes.values()) },
    holds: (now) => !all && [...seen].every(([file, scope]) => now.get(file) === scope),
  };
}
