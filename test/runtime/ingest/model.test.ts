import { describe, expect, test } from "vitest";
import type { CommitStep, Step } from "../../../runtime/ingest/script.ts";
import { runSchedule } from "./model.ts";
import type { Sabotage } from "./model.ts";

const schedules = process.env["NEURALAKE_TORTURE"] === "1" ? 400_000 : 8_000;

/** The first schedule in which a broken protocol loses or doubles a message. */
function caught(sabotage: Sabotage): number | undefined {
  for (let seed = 0; seed < 20_000; seed++) if (runSchedule(seed, sabotage).length > 0) return seed;
  return undefined;
}

/** Changes the commits to one table. */
function commits(side: CommitStep["side"], change: (step: CommitStep) => CommitStep): Sabotage {
  return { step: (step: Step) => (step.do === "commit" && step.side === side ? change(step) : step) };
}

const withoutOwners = (step: CommitStep): CommitStep => ({ ...step, expects: new Map([...step.expects].filter(([id]) => !id.startsWith("neuralake:owner:"))) });
const withoutTaken = (step: CommitStep): CommitStep => ({ ...step, expects: new Map([...step.expects].filter(([id]) => id.startsWith("neuralake:owner:"))) });

describe("crashes, lingering owners, rebalances, lost answers, changed rules and schemas", () => {
  test("leave each good message in the table once, each bad one in the dead table once and in the topic of dead letters", () => {
    for (let seed = 0; seed < schedules; seed++) {
      const faults = runSchedule(seed);
      if (faults.length > 0) expect({ seed, faults }).toEqual({ seed, faults: [] });
    }
  });
});

describe("a protocol that is broken on purpose is caught", () => {
  test.each<[string, Sabotage]>([
    ["a dead commit that does not demand the owner's epoch", commits("dead", withoutOwners)],
    ["a commit to the table that demands neither epoch nor offset", commits("main", (step) => withoutOwners(withoutTaken(step)))],
    ["rows in the dead table that are judged again", { answer: (step, answer) => (step.do === "recall" ? [] : answer) }],
    ["a lost answer that is taken for a refusal", { answer: (step, answer) => (step.do === "commit" && (answer as { kind: string }).kind === "unknown" ? { kind: "conflict", about: "metadata" } : answer) }],
    ["a lost answer that is taken for a success", { answer: (step, answer) => (step.do === "commit" && (answer as { kind: string }).kind === "unknown" ? { kind: "committed", counters: step.counters } : answer) }],
    ["dead letters that are not sent", { step: (step) => (step.do === "send" ? { ...step, refused: [] } : step) }],
  ])("%s", (_, sabotage) => {
    expect(caught(sabotage)).toBeTypeOf("number");
  });
});
