/**
 * What the protocol asks of the world, one step at a time, and what the world answers. A script is a generator that yields steps: the
 * real process carries them out against Kafka and Delta, a test against tables in memory, with crashes between any two of them.
 */
import type { Expectations, ConflictAbout } from "../delta/commit/conflict.ts";
import type { Message, Refused } from "./message.ts";

/** The table and its dead table, which are committed to apart. */
export type Side = "main" | "dead";

/** The newest version of each application in one table. */
export type Counters = ReadonlyMap<string, number>;

/** Messages judged: rows that stand, opaque to the protocol, and those that cannot be rows. */
export interface Judged { readonly kept: unknown; readonly refused: readonly Refused[] }

/** One commit: `rows` are what `judge` kept, or messages set aside, or nothing but counters. */
export interface CommitStep {
  readonly do: "commit";
  readonly side: Side;
  readonly counters: Counters;
  readonly expects: Expectations;
  readonly kept?: unknown;
  readonly refused?: readonly Refused[];
  /** Said in the table's history. */
  readonly note?: string;
}

export type CommitAnswer =
  | { readonly kind: "committed"; readonly counters: Counters }
  | { readonly kind: "conflict"; readonly about: ConflictAbout }
  /** It may stand, or come to stand later. */
  | { readonly kind: "unknown" };

export type Step =
  /** The counters of both tables, as they are now. */
  | { readonly do: "look" }
  | CommitStep
  /** The messages of each partition that the dead table holds beyond an offset (all of them where undefined), as of the last commit to it. */
  | { readonly do: "recall"; readonly beyond: ReadonlyMap<number, number | undefined> }
  | { readonly do: "judge"; readonly messages: readonly Message[] }
  /** To the topic of dead letters; done when the broker has them. */
  | { readonly do: "send"; readonly refused: readonly Refused[] }
  /** Takes the newest declaration and schema, and waits until the two fit. */
  | { readonly do: "refresh" };

/** What a step is answered with. */
export type Answer<S extends Step> =
  S extends { readonly do: "look" } ? { readonly [K in Side]: Counters }
    : S extends CommitStep ? CommitAnswer
      : S extends { readonly do: "recall" } ? readonly Refused[]
        : S extends { readonly do: "judge" } ? Judged
          : undefined;

export type Script<Result> = Generator<Step, Result, unknown>;

/** Yields a step and returns its answer, typed. */
export function* ask<S extends Step>(step: S): Generator<Step, Answer<S>, unknown> {
  return (yield step) as Answer<S>;
}
