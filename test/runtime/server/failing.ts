/** What a call that must fail fails with. */
import { expect } from "vitest";
import { Failure } from "../../../runtime/values/failure.ts";

/** The Failure that `run` throws; the test fails when it throws none, or something else. */
export function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    if (error instanceof Failure) return error;
  }
  throw new Error("nothing was thrown");
}
