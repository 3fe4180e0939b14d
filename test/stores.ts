/** Tests that hold for a lake wherever it lies: run once for each store that this machine can have. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { openFiles } from "../runtime/storage/files.ts";
import { openStores } from "../runtime/storage/open-store.ts";
import { openS3 } from "../runtime/storage/s3.ts";
import type { Store } from "../runtime/storage/store.ts";
import { newTableName } from "./services/dynamodb.ts";
import { awsEnvironment, makeBucket, type S3Address } from "./services/s3-server.ts";
import { withServices } from "./services/with-services.ts";

/** The stores there are: a local directory, S3 on two servers, S3 with commits through DynamoDB. */
export type StoreKind = "files" | "S3" | "S3 on versitygw" | "S3 with DynamoDB";

export interface LakeSite {
  readonly kind: StoreKind;
  /** A root where nothing is: a directory below the given one, or a new prefix. */
  newRoot(directory: string): string;
  /** A store at a root, with its cache in the given directory, as other processes with this one's environment open it too. */
  open(root: string, directory: string): Store;
}

/** The environment says the server, and whether commits go through a table. */
function openAs(root: string, directory: string): Store {
  const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
  return openStores({ directory: path.join(directory, "cache"), bytesMax: 1_000_000_000, ...(table === undefined ? {} : { logTable: { table } }) })(root);
}

let roots = 0;

/** Defines the tests on local files and on S3 (MinIO), whose server this process's environment then names; they are left out where that cannot be had. */
export const onEveryStore = (body: (site: LakeSite) => void): Promise<void> => onStores(["files", "S3"], body);

/** Defines the tests once for each of these stores. */
export async function onStores(kinds: readonly StoreKind[], body: (site: LakeSite) => void): Promise<void> {
  for (const kind of kinds) await defined[kind](body);
}

const defined: { readonly [Kind in StoreKind]: (body: (site: LakeSite) => void) => Promise<void> } = {
  files: async (body) => void describe("on local files", () => body({ kind: "files", newRoot: (directory) => `${directory}/lake-${(roots += 1)}`, open: openAs })),
  S3: (body) => withServices(["minio"], "on S3", ({ minio }) => onS3(minio, "S3", body)),
  "S3 on versitygw": (body) => withServices(["versitygw"], "on S3 on versitygw", ({ versitygw }) => onS3(versitygw, "S3 on versitygw", body)),
  "S3 with DynamoDB": (body) => withServices(["minio", "dynamodb"], "on S3 with DynamoDB", ({ minio, dynamodb }) =>
    onS3(minio, "S3 with DynamoDB", body, { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint, NEURALAKE_DYNAMODB_TABLE: newTableName() })),
};

function onS3(server: S3Address, kind: StoreKind, body: (site: LakeSite) => void, more: Readonly<Record<string, string>> = {}): void {
  let bucket = "";
  let before: NodeJS.ProcessEnv;
  beforeAll(async () => {
    before = process.env;
    process.env = { ...before, ...awsEnvironment(server), ...more };
    bucket = await makeBucket(server, "lake");
  });
  afterAll(() => { process.env = before; });
  body({ kind, newRoot: () => `s3://${bucket}/lakes/${(roots += 1)}`, open: openAs });
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
export function storeAt(root: string): Store {
  const none = (): never => { throw new Error("there is no cache here"); };
  return root.startsWith("s3:") ? openS3(root, { directory: "", localize: none, work: none }) : openFiles(root);
}
