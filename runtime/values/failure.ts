/**
 * The error every room of the runtime throws for what a user did or met: a code, what was wrong with which value, the way out,
 * and whether trying again can help. Our own bugs are plain `Error`s and go through `assert`.
 */
import type { FailureCode } from "./failure-codes.ts";

/** 1-based place in the SQL text, or the parameter, or file and position that was wrong. */
export interface FailurePlace { readonly line?: number; readonly column?: number; readonly parameter?: string; readonly file?: string; readonly value?: string }

export interface FailureFacts { readonly hint?: string; readonly place?: FailurePlace; readonly retry?: boolean; readonly cause?: unknown }

/** A coded failure. `code` is stable and in UPPER_SNAKE: see `runtime/values/failure-codes.ts` for the list. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly hint: string | undefined;
  readonly place: FailurePlace | undefined;
  readonly retry: boolean;

  constructor(code: FailureCode, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "Failure";
    this.code = code;
    this.hint = facts.hint;
    this.place = facts.place;
    this.retry = facts.retry ?? false;
  }
}


/** The problem as `--json` and RFC 9457 documents carry it. */
export function describeFailure(failure: Failure): { code: string; message: string; hint?: string; place?: FailurePlace } {
  return {
    code: failure.code,
    message: failure.message,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    ...(failure.place === undefined ? {} : { place: failure.place }),
  };
}
