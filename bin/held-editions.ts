/** Lakes that take turns: the newest is handed out, and one before it closes when the last who took it gives it back. */
import type { Lake } from "../runtime/lake.ts";

/** A lake and the OpenAPI document of the same catalog. */
export interface LakeEdition { readonly lake: Lake; readonly openapi: object }

export interface HeldEditions {
  newest(): LakeEdition;
  /** The newest, which stays open until it is given back. */
  take(): LakeEdition;
  giveBack(edition: LakeEdition): void;
  replace(edition: LakeEdition): void;
  /** Closes one that was never handed out. */
  discard(edition: LakeEdition): void;
  /** Closes the newest, and returns when every one given back is closed. */
  close(): Promise<void>;
}

/** Hands out `first`; `failed` hears why a lake could not be closed. */
export function holdEditions(first: LakeEdition, failed: (error: unknown) => void): HeldEditions {
  let newest = first;
  const users = new Map<LakeEdition, number>();
  const closings = new Set<Promise<void>>();
  const discard = ({ lake }: LakeEdition): void => {
    const closing = lake.close().catch(failed).finally(() => closings.delete(closing));
    closings.add(closing);
  };
  const count = (edition: LakeEdition, by: number): void => {
    const now = (users.get(edition) ?? 0) + by;
    if (now > 0) users.set(edition, now);
    else users.delete(edition);
    if (now === 0 && edition !== newest) discard(edition);
  };
  return {
    newest: () => newest,
    take() {
      count(newest, 1);
      return newest;
    },
    giveBack: (edition) => count(edition, -1),
    replace(edition) {
      const before = newest;
      newest = edition;
      if (!users.has(before)) discard(before);
    },
    discard,
    async close() {
      discard(newest);
      await Promise.all(closings);
    },
  };
}
