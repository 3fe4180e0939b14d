/** An object under a name of its writer's own making, by any store. */
import { Failure } from "../values/failure.ts";
import type { Store } from "./store.ts";

/** Durable when it returns; what others named so is never replaced: STORE_FAILED. */
export async function putFresh(store: Store, path: string, bytes: Uint8Array): Promise<void> {
  if (store.putFresh !== undefined) return await store.putFresh(path, bytes);
  if ((await store.putIfAbsent(path, bytes)) === "exists") throw new Failure("STORE_FAILED", `${store.locate(path)} is there already, and no object is ever replaced.`);
}
