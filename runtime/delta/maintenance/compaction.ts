/** Small files of a table that is being written to into large, again and again, by a plan that rewrites no row oftener than its file can double (the protocol leaves it to writers). */
import type { Store } from "../../storage/store.ts";
import type { RewriteFiles } from "../engine.ts";
import { requireWritable } from "../features/features.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { planCompaction } from "./compaction-plan.ts";
import type { CompactionGoal } from "./compaction-plan.ts";
import { optimizeFacts } from "./optimize-facts.ts";
import { repack } from "./repacking.ts";
import type { Bin, RepackedRun, RepackOptions } from "./repacking.ts";

/** Bins of one commit, at most; fewer when they are large. */
const binsMax = 32;

/** Compacts the table as of `base`, once over. DELTA_UNSUPPORTED_FEATURE for a table that must not be written to; COMMIT_UNKNOWN, STORE_FAILED. */
export async function compact(store: Store, location: string, base: Snapshot, goal: CompactionGoal, rewrite: RewriteFiles, options: RepackOptions = {}): Promise<RepackedRun> {
  requireWritable(base, store.locate(location));
  const plan = async (snapshot: Snapshot): Promise<readonly Bin[]> => await throughDamage(store, location, snapshot, ({ files }) => planCompaction(files, goal));
  const repacking = { store, location, rewrite, targetBytes: goal.targetBytes, groupBytes: goal.targetBytes, groupBins: binsMax, facts: optimizeFacts.bind(undefined, { auto: goal.growing }) };
  return await repack(repacking, base, plan, options);
}
