/**
 * Whether a server keeps what a conditional PUT promises, tried before anything is written: one that passes over the condition would let
 * two writers commit one version.
 */
import { randomUUID } from "node:crypto";
import type { Prefix } from "./s3-bucket.ts";
import { isDenied } from "./s3-failure.ts";
import { putBytes, unsafe } from "./s3-put.ts";

/** A probe that is made once, and again only after it could not be made. STORE_UNSAFE for a server that does not refuse the second of two writers. */
export function openProbe(prefix: Prefix): () => Promise<void> {
  let probed: Promise<void> | undefined;
  return () => {
    probed ??= probe(prefix).catch((error: unknown) => {
      probed = undefined;
      throw error;
    });
    return probed;
  };
}

async function probe(prefix: Prefix): Promise<void> {
  const name = `_neuralake_probe/${randomUUID()}`;
  await putBytes(prefix, name, new Uint8Array());
  const second = await putBytes(prefix, name, new Uint8Array(1));
  await removeProbe(prefix, name);
  if (second === "written") throw await unsafe(prefix);
}

/** Whoever may not remove leaves it: an empty object beside the tables. */
async function removeProbe(prefix: Prefix, name: string): Promise<void> {
  try {
    await (await prefix.connect()).s3.deleteObject({ Bucket: prefix.bucket, Key: prefix.key(name) });
  } catch (error) {
    if (!isDenied(error)) throw await prefix.failure(error, name);
  }
}
