/**
 * An object copied into a local file, with all bytes of one content: what breaks off goes on from where it was, as long as the object still has
 * the ETag that the first answer gave, and else begins anew. Where an ETag is the MD5 of the content (one PUT, not under a key of KMS or of the
 * client's) the bytes are held against it; the client itself holds them against the checksums that an object was put with.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import type { GetObjectCommandOutput, S3 } from "@aws-sdk/client-s3";
import { Failure } from "../values/failure.ts";
import type { CacheSource } from "./cache.ts";
import type { Prefix } from "./s3-bucket.ts";
import { answerOf, isChanged } from "./s3-failure.ts";

/** Answers in a row that may bring nothing, and contents that may not be what the server says. */
const triesMax = 3;

interface Address { readonly Bucket: string; readonly Key: string }

/** An object as the cache copies it. */
export function objectSource(prefix: Prefix, name: string): CacheSource {
  return {
    look: () => prefix.ask(name, async ({ s3 }, at) => {
      const { ETag, ContentLength = 0 } = await s3.headObject(at);
      return { mark: ETag, size: ContentLength };
    }),
    fetch: (file) => prefix.ask(name, ({ s3 }, at) => fetchObject(s3, at, file, prefix.uri(name))),
  };
}

async function fetchObject(s3: S3, at: Address, file: string, uri: string): Promise<string | undefined> {
  let before: string | undefined;
  for (let tried = 1; ; tried++) {
    const { etag, md5, digest } = await fetchOneContent(s3, at, file);
    // Twice the same bytes were not changed on their way: then the mark only looks like an MD5.
    if (digest !== undefined && (md5 === undefined || digest === md5 || digest === before)) return etag;
    if (tried === triesMax) throw new Failure("STORE_FAILED", `${uri} was replaced, or its bytes were changed on their way, each of ${triesMax} times that it was fetched.`, { retry: true, hint: "Data files never change: see who writes there, and what stands between." });
    before = digest;
  }
}

/** `digest` is the MD5 of the bytes that came, undefined where they are not one content; `md5` what the server says it is, where it does. */
interface Fetched { readonly etag: string | undefined; readonly md5: string | undefined; readonly digest: string | undefined }

async function fetchOneContent(s3: S3, at: Address, file: string): Promise<Fetched> {
  const handle = await open(file, "w");
  const hash = createHash("md5");
  let first: GetObjectCommandOutput | undefined;
  let bytes = 0;
  const broken = (): Fetched => ({ etag: first?.ETag, md5: undefined, digest: undefined });
  try {
    for (let vain = 0; ; ) {
      const had = bytes;
      const answer: GetObjectCommandOutput | undefined = await s3.getObject({ ...at, ...(first?.ETag === undefined ? {} : { Range: `bytes=${bytes}-`, IfMatch: first.ETag }) }).catch((error: unknown) => {
        if (first !== undefined && answerOf(error) === "taken") return undefined;
        throw error;
      });
      if (answer === undefined || (first !== undefined && !goesOn(answer, first, bytes))) return broken();
      first ??= answer;
      try {
        for await (const length of write(answer, handle, hash)) bytes += length;
        return { etag: first.ETag, md5: md5Of(first), digest: hash.digest("hex") };
      } catch (error) {
        if (isChanged(error)) return broken();
        // The client tries again by itself only until an answer begins.
        vain = bytes === had ? vain + 1 : 0;
        if (answerOf(error) !== "unknown" || vain === triesMax) throw error;
        if (first.ETag === undefined && bytes > 0) return broken();
      }
    }
  } finally {
    await handle.close();
  }
}

/** Whether an answer is the rest of what another began: some servers know no condition, or no ranges. */
function goesOn({ ETag, ContentRange }: GetObjectCommandOutput, first: GetObjectCommandOutput, from: number): boolean {
  return ETag === first.ETag && ETag !== undefined && (ContentRange === undefined ? from === 0 : ContentRange.startsWith(`bytes ${from}-`));
}

/** Writes a body behind what is there, and tells of each piece. */
async function* write({ Body }: GetObjectCommandOutput, handle: FileHandle, hash: Hash): AsyncGenerator<number> {
  for await (const piece of Body instanceof Readable ? Body as AsyncIterable<Uint8Array> : []) {
    await handle.writeFile(piece);
    hash.update(piece);
    yield piece.length;
  }
}

function md5Of({ ETag, ServerSideEncryption, SSECustomerAlgorithm }: GetObjectCommandOutput): string | undefined {
  if (SSECustomerAlgorithm !== undefined || ServerSideEncryption?.startsWith("aws:kms") === true) return undefined;
  return /^"?([0-9a-f]{32})"?$/.exec(ETag ?? "")?.[1];
}
