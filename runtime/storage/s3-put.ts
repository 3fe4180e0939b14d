/**
 * One object put under a name that nobody has: `PUT` with `If-None-Match: *`, tried again until it is decided. A try that got no answer may
 * have been taken, so that "there is one already" may be our own: each put carries a mark that tells.
 */
import { randomUUID } from "node:crypto";
import { Failure } from "../values/failure.ts";
import type { Prefix } from "./s3-bucket.ts";
import { answerOf, isUnsupported } from "./s3-failure.ts";
import { openTries } from "./tries.ts";

/** User metadata of every object written here. */
const markName = "neuralake-put";

/** The header that makes a put conditional, and the mark it is known by. */
export interface Mark { readonly IfNoneMatch: "*"; readonly Metadata: { readonly [markName]: string } }

/** A mark never given before. */
export function newMark(): Mark {
  return { IfNoneMatch: "*", Metadata: { [markName]: randomUUID() } };
}

/** Puts whole bytes, once `after` has come to its end. STORE_UNDECIDED when the last word is that nobody knows. */
export async function putBytes(prefix: Prefix, name: string, bytes: Uint8Array, after?: Promise<unknown>): Promise<"written" | "exists"> {
  const mark = newMark();
  const { once, held } = await prefix.connect();
  const request = { Bucket: prefix.bucket, Key: prefix.key(name), Body: bytes, ContentLength: bytes.length, ...mark };
  // Half of what a small put costs here is spent before anything is sent.
  let first = after === undefined ? undefined : held(request, after);
  first?.catch(() => undefined);
  await after;
  return await untilDecided(prefix, name, mark, async () => {
    const sent = first ?? once.putObject(request);
    first = undefined;
    await sent;
  });
}

/** Sends a conditional request until it is decided whose the name is. It must be the very same each time. */
export async function untilDecided(prefix: Prefix, name: string, mark: Mark, send: () => Promise<void>): Promise<"written" | "exists"> {
  const another = openTries();
  let unanswered = false;
  /** Whether an earlier try reached a server, which may have taken it whatever it answered. */
  let arrived = false;
  for (;;) {
    try {
      await send();
      return "written";
    } catch (error) {
      if (isUnsupported(error)) throw await unsafe(prefix);
      const answer = answerOf(error);
      // Of a first try, whoever has the name is another.
      if (answer === "taken") return arrived && (await isMarked(prefix, name, mark)) ? "written" : "exists";
      if (answer === "over" && arrived && (await isMarked(prefix, name, mark))) return "written";
      unanswered ||= answer === "unknown";
      arrived ||= answer === "unknown" || answer === "busy";
      const again = answer === "unknown" || answer === "busy" || answer === "unreached";
      if (!again || !(await another())) throw unanswered ? await undecided(prefix, name, error) : await prefix.failure(error, name);
    }
  }
}

/** Whether the object under the name is the one that was put with the mark. */
async function isMarked(prefix: Prefix, name: string, { Metadata }: Mark): Promise<boolean> {
  try {
    const head = await (await prefix.connect()).s3.headObject({ Bucket: prefix.bucket, Key: prefix.key(name) });
    return head.Metadata?.[markName] === Metadata[markName];
  } catch (error) {
    throw await undecided(prefix, name, error);
  }
}

async function undecided(prefix: Prefix, name: string, error: unknown): Promise<Failure> {
  const { message, hint, cause } = await prefix.failure(error, name);
  return new Failure("STORE_UNDECIDED", `It is not known whether ${prefix.uri(name)} was written: ${message}`, { retry: true, cause, ...(hint === undefined ? {} : { hint }) });
}

/** STORE_UNSAFE: the server passes over the condition, or does not know it. */
export async function unsafe(prefix: Prefix): Promise<Failure> {
  const { endpoint } = await prefix.connect();
  return new Failure("STORE_UNSAFE", `${endpoint} does not refuse to overwrite an object (PUT with If-None-Match: *): two writers would lose each other's rows in ${prefix.root}.`, {
    hint: "Nothing was written. Keep the lake on a server with conditional writes, such as Amazon S3 or MinIO, or in a local directory.",
  });
}
