/** Objects of a bucket read: listed, looked at, whole or in part. A body that breaks off, or was changed on its way, is asked for again. */
import type { Prefix } from "./s3-bucket.ts";
import { answerOf, isChanged } from "./s3-failure.ts";
import type { ListOptions, StoredObject } from "./store.ts";

const triesMax = 3;

/** Objects under a directory's path in order of name, page by page; those deeper only when `recursive`. */
export async function* listObjects(prefix: Prefix, directory: string, { startAfter, recursive = false, only }: ListOptions): AsyncGenerator<StoredObject> {
  const request = {
    Bucket: prefix.bucket, Prefix: prefix.key(directory),
    ...(recursive ? {} : { Delimiter: "/" }),
    ...(startAfter === undefined ? {} : { StartAfter: prefix.key(startAfter) }),
  };
  for (let from: string | undefined, more = true; more; ) {
    const page = await prefix.ask(directory, ({ s3 }) => s3.listObjectsV2({ ...request, ...(from === undefined ? {} : { ContinuationToken: from }) }));
    for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
      // A name that ends so is no object but a console's folder.
      if (!Key.endsWith("/") && only?.(prefix.name(Key)) !== false) yield { path: prefix.name(Key), size: Size, modified: LastModified?.getTime() ?? 0 };
    }
    from = page.NextContinuationToken;
    more = page.IsTruncated === true && from !== undefined;
  }
}

/** Size and time of an object; undefined when there is none. */
export async function headObject(prefix: Prefix, name: string): Promise<StoredObject | undefined> {
  return await prefix.ask(name, async ({ s3 }, at) => {
    try {
      const { ContentLength = 0, LastModified } = await s3.headObject(at);
      return { path: name, size: ContentLength, modified: LastModified?.getTime() ?? 0 };
    } catch (error) {
      if (answerOf(error) === "absent") return undefined;
      throw error;
    }
  });
}

/** The bytes of an object; none of them where a range lies behind its end. */
export async function readObject(prefix: Prefix, name: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
  if (range?.length === 0) return new Uint8Array();
  const wanted = range === undefined ? {} : { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
  return await prefix.ask(name, async ({ s3 }, at) => {
    for (let tried = 1; ; tried++) {
      const answer = await s3.getObject({ ...at, ...wanted }).catch((error: unknown) => {
        if (error instanceof Error && error.name === "InvalidRange") return undefined;
        throw error;
      });
      try {
        return (await answer?.Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        // The client tries again by itself only until an answer begins.
        if ((answerOf(error) !== "unknown" && !isChanged(error)) || tried === triesMax) throw error;
      }
    }
  });
}
