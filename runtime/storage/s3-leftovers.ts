/** Uploads in parts that a process began and never ended: they are no objects, and their parts are paid for until somebody gives them up. */
import type { Prefix } from "./s3-bucket.ts";
import { answerOf } from "./s3-failure.ts";
import type { Leftover } from "./store.ts";

/** Those below a directory's path, with the time they were begun. Their size is not told. */
export async function* listUploads(prefix: Prefix, directory: string): AsyncGenerator<Leftover> {
  for (let from: { readonly KeyMarker: string; readonly UploadIdMarker: string } | undefined, more = true; more; ) {
    const page = await prefix.ask(directory, ({ s3 }) => s3.listMultipartUploads({ Bucket: prefix.bucket, Prefix: prefix.key(directory), ...from }));
    for (const { Key = "", UploadId = "", Initiated } of page.Uploads ?? []) {
      const name = prefix.name(Key);
      yield { path: name, size: 0, modified: Initiated?.getTime() ?? 0, remove: () => giveUp(prefix, name, UploadId) };
    }
    const { NextKeyMarker: KeyMarker = "", NextUploadIdMarker: UploadIdMarker = "" } = page;
    more = page.IsTruncated === true && KeyMarker !== "";
    from = { KeyMarker, UploadIdMarker };
  }
}

/** That it is over already is fine. */
async function giveUp(prefix: Prefix, name: string, UploadId: string): Promise<void> {
  await prefix.ask(name, async ({ s3 }, at) => {
    try {
      await s3.abortMultipartUpload({ ...at, UploadId });
    } catch (error) {
      if (answerOf(error) !== "over") throw error;
    }
  });
}
