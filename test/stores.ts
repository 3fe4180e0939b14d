/** Tests that hold for a lake wherever it lies: run once on a local directory and once on S3 (MinIO). */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe } from "vitest";
import { openFiles } from "../runtime/storage/files.ts";
import { openS3 } from "../runtime/storage/s3.ts";
import type { Store } from "../runtime/storage/store.ts";
import { awsEnvironment, makeBucket } from "./services/s3-server.ts";
import { withServices } from "./services/with-services.ts";

export interface LakeSite {
  /** `files` or `S3`. */
  readonly kind: "files" | "S3";
  /** A root where nothing is: a directory below the given one, or a new prefix. */
  newRoot(directory: string): string;
}

let roots = 0;

/** Defines the tests twice; those on S3, whose server this process's environment then names, are left out where MinIO cannot be had. */
export async function onEveryStore(body: (site: LakeSite) => void): Promise<void> {
  describe("on local files", () => body({ kind: "files", newRoot: (directory) => `${directory}/lake-${(roots += 1)}` }));
  await withServices(["minio"], "on S3", ({ minio }) => {
    let bucket = "";
    let before: NodeJS.ProcessEnv;
    beforeAll(async () => {
      before = process.env;
      process.env = { ...before, ...awsEnvironment(minio) };
      bucket = await makeBucket(minio, "lake");
    });
    afterAll(() => { process.env = before; });
    body({ kind: "S3", newRoot: () => `s3://${bucket}/lakes/${(roots += 1)}` });
  });
}

/** Every object below a root, in order of name; of what is on its way, nothing. */
export async function objectsIn(root: string): Promise<string[]> {
  return (await Array.fromAsync(storeAt(root).list("", { recursive: true }))).map((object) => object.path);
}

/** Removes every object below a path of a root, or of these the ones that `is` says yes to, as somebody would who cleans up by hand. */
export async function removeBelow(root: string, prefix: string, is?: (name: string) => boolean): Promise<void> {
  const store = storeAt(root);
  for await (const object of store.list(`${prefix}/`, { recursive: true })) if (is?.(object.path) !== false) await store.remove(object.path);
  if (is === undefined && store.local === store.root) await rm(store.locate(prefix), { recursive: true });
}

/** Without a cache: nothing is localized here. */
function storeAt(root: string): Store {
  const none = (): never => { throw new Error("there is no cache here"); };
  return root.startsWith("s3:") ? openS3(root, { directory: "", localize: none, work: none }) : openFiles(root);
}
