/** A fed table of a lake that follows its compiled catalog, as ingest takes it. */
import type { Declared, Feed } from "../runtime/ingest/contract.ts";
import type { LakeEdition } from "./held-editions.ts";
import type { FollowedLake } from "./followed-lake.ts";

export interface FollowedFeed extends Feed {
  /** Gives back the edition it holds. */
  close(): void;
}

/** The table `name` of the newest edition; `refresh` goes on to a newer one. TABLE_NOT_FOUND and TABLE_NOT_FED when the catalog feeds none of that name. */
export function followFeed(followed: FollowedLake, name: string): FollowedFeed {
  let edition: LakeEdition | undefined;
  let declared: Declared;
  const take = (): void => {
    const next = followed.take();
    if (edition !== undefined) followed.giveBack(edition);
    edition = next;
    declared = next.lake.feed(name);
  };
  const close = (): void => {
    if (edition !== undefined) followed.giveBack(edition);
    edition = undefined;
  };
  try {
    take();
  } catch (error) {
    close();
    throw error;
  }
  return {
    name,
    current: () => declared,
    async refresh() {
      if (edition !== undefined && await followed.moved(edition)) take();
    },
    close,
  };
}
