/** A store for each test of a file, in a directory of its own that goes with the test. */
import { afterEach, beforeEach } from "vitest";
import type { Store } from "../../../runtime/storage/store.ts";
import { newStore } from "./rides.ts";

/** The store of the test that runs. */
export let store: Store;
let remove: () => Promise<void>;

/** Asked for once by a file of tests. */
export function storeEach(): void {
  beforeEach(async () => {
    ({ store, remove } = await newStore());
  });
  afterEach(async () => await remove());
}

/** The same test goes on with another, new one. */
export async function startAgain(): Promise<void> {
  await remove();
  ({ store, remove } = await newStore());
}
