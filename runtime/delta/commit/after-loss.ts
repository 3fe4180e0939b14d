/** The pause of a writer that lost a version to another: who meets others again and again makes room, so that most tries are not in vain (the protocol leaves it to writers). */
import { setTimeout as wait } from "node:timers/promises";

/** A file that waits for its commit is protected from vacuum by its age alone, and a compaction loses to writers often. */
const pauseMsMax = 250;
/** Losses from which on the pause grows no longer. */
const countedMax = 4;

/** Waits for a time by chance: up to the last try's own, as many times over as were lost. Who loses once was behind, and need only catch up. */
export async function pauseAfterLoss(losses: number, triedMs: number): Promise<void> {
  if (losses > 1) await wait(Math.random() * Math.min(pauseMsMax, triedMs * Math.min(losses, countedMax)));
}
