/** A local file put under a name that nobody has: at once when it is small, else in parts, which become the object by one conditional request. */
import { open, readFile, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { Failure } from "../values/failure.ts";
import { atMost } from "./at-most.ts";
import type { Prefix } from "./s3-bucket.ts";
import { newMark, putBytes, untilDecided } from "./s3-put.ts";

/** Bytes up to which a file is put by one request, out of memory. */
const wholeMax = 64 * 1024 * 1024;
/** Bytes of a part, unless S3's 10,000 of them would not do. */
const partBytesMin = 16 * 1024 * 1024;
const partsMax = 10_000;
const partsAtOnce = 4;

/** Uploads a file and tells its size in bytes. Nothing is left of an upload that fails. */
export async function uploadFile(prefix: Prefix, name: string, file: string): Promise<{ readonly outcome: "written" | "exists"; readonly size: number }> {
  const { size } = await stat(file);
  return { size, outcome: size <= wholeMax ? await putBytes(prefix, name, await readFile(file)) : await uploadParts(prefix, name, file, size) };
}

interface Upload { readonly Bucket: string; readonly Key: string; readonly UploadId: string }
interface Part { readonly PartNumber: number; readonly ETag?: string; readonly ChecksumCRC32?: string }

async function uploadParts(prefix: Prefix, name: string, file: string, size: number): Promise<"written" | "exists"> {
  const mark = newMark();
  const { UploadId = "" } = await prefix.ask(name, ({ s3 }, at) => s3.createMultipartUpload({ ...at, Metadata: mark.Metadata, ChecksumAlgorithm: "CRC32" }));
  const upload = { Bucket: prefix.bucket, Key: prefix.key(name), UploadId };
  try {
    const request = { ...upload, IfNoneMatch: mark.IfNoneMatch, MultipartUpload: { Parts: await sendParts(prefix, name, upload, file, size) } };
    const { once } = await prefix.connect();
    const outcome = await untilDecided(prefix, name, mark, async () => void (await once.completeMultipartUpload(request)));
    if (outcome === "exists") await giveUp(prefix, name, upload);
    return outcome;
  } catch (error) {
    await giveUp(prefix, name, upload, error);
    throw error;
  }
}

async function sendParts(prefix: Prefix, name: string, upload: Upload, file: string, size: number): Promise<Part[]> {
  const partBytes = Math.max(partBytesMin, Math.ceil(size / partsMax));
  const turn = atMost(partsAtOnce);
  const handle = await open(file, "r");
  try {
    const sent = await Promise.allSettled(Array.from({ length: Math.ceil(size / partBytes) }, (_, k) => turn(() => sendPart(prefix, name, { ...upload, PartNumber: k + 1 }, handle, k * partBytes, Math.min(partBytes, size - k * partBytes)))));
    return sent.map((part) => {
      if (part.status === "rejected") throw part.reason;
      return part.value;
    });
  } finally {
    await handle.close();
  }
}

async function sendPart(prefix: Prefix, name: string, part: Upload & { readonly PartNumber: number }, handle: FileHandle, offset: number, length: number): Promise<Part> {
  const bytes = new Uint8Array(length);
  await handle.read(bytes, 0, length, offset);
  const { ETag, ChecksumCRC32 } = await prefix.ask(name, ({ s3 }) => s3.uploadPart({ ...part, Body: bytes, ContentLength: length }));
  return { PartNumber: part.PartNumber, ...(ETag === undefined ? {} : { ETag }), ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) };
}

/** Takes back the parts, which are paid for as long as they are there. */
async function giveUp(prefix: Prefix, name: string, upload: Upload, why?: unknown): Promise<void> {
  try {
    await prefix.ask(name, ({ s3 }) => s3.abortMultipartUpload(upload));
  } catch (error) {
    const first = why instanceof Error ? `${why.message} ` : "";
    throw new Failure("STORE_FAILED", `${first}The parts of ${prefix.uri(name)} that were sent could not be removed: ${error instanceof Error ? error.message : String(error)}`, { cause: why ?? error });
  }
}
