/** Tests that hold for a lake wherever it lies: run once for each store that this machine can have. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe } from "vitest";
import { openFiles } from "../runtime/storage/files.ts";
import { openS3 } from "../runtime/storage/s3.ts";
import type { Store } from "../runtime/storage/store.ts";
import { awsEnvironment, makeBucket } from "./services/s3-server.ts";
import { withServices } from "./services/with-services.ts";

/** The stores there are: a local directory, and S3 on two servers. */
export type StoreKind = "files" | "S3" | "S3 on versitygw";

export interface LakeSite {
  readonly kind: StoreKind;
  /** A root where nothing is: a directory below the given one, or a new prefix. */
  newRoot(directory: string): string;
}

let roots = 0;

/** Defines the tests on local files and on S3 (MinIO), whose server this process's environment then names; they are left out where that cannot be had. */
export const onEveryStore = (body: (site: LakeSite) => void): Promise<void> => onStores(["files", "S3"], body);

/** Defines the tests once for each of these stores. */
export async function onStores(kinds: readonly StoreKind[], body: (site: LakeSite) => void): Promise<void> {
  for (const kind of kinds) await defined[kind](body);
}

const defined: { readonly [Kind in StoreKind]: (body: (site: LakeSite) => void) => Promise<void> } = {
  files: async (body) => void describe("on local files", () => body({ kind: "files", newRoot: (directory) => `${directory}/lake-${(roots += 1)}` })),
  S3: (body) => onS3("minio", "S3", body),
  "S3 on versitygw": (body) => onS3("versitygw", "S3 on versitygw", body),
};

async function onS3(server: "minio" | "versitygw", kind: StoreKind, body: (site: LakeSite) => void): Promise<void> {
  await withServices([server], `on ${kind}`, (services) => {
    let bucket = "";
    let before: NodeJS.ProcessEnv;
    beforeAll(async () => {
      before = process.env;
      process.env = { ...before, ...awsEnvironment(services[server]) };
      bucket = await makeBucket(services[server], "lake");
    });
    afterAll(() => { process.env = before; });
    body({ kind, newRoot: () => `s3://${bucket}/lakes/${(roots += 1)}` });
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
