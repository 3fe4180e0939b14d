/** Stores of S3 servers for the tests of this folder, and what their failures say. */
import path from "node:path";
import { expect } from "vitest";
import { openStores } from "../../../runtime/storage/open-store.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { awsEnvironment, type S3Address } from "../../services/s3-server.ts";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A store of the server at an address, its cache in `folder`; the SDK's settings are this process's variables. */
export function openAt(folder: string, address: S3Address, root: string, variables: Record<string, string> = {}): Store {
  Object.assign(process.env, awsEnvironment(address), variables);
  return openStores({ directory: path.join(folder, "cache"), bytesMax: 1_000_000_000 })(root);
}

/** The failure that something ends in; the test fails where it does not. */
export async function failureOf(act: Promise<unknown>): Promise<Failure> {
  const failure = await act.then(() => undefined, (error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  return failure as Failure;
}

/** All that a failure tells. */
export const told = (failure: Failure): string => `${failure.code} ${failure.message} ${failure.hint} ${JSON.stringify(failure.cause)} ${String(failure.cause)} ${Object.values(failure.cause ?? {}).join(" ")}`;
