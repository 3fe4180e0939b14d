/**
 * A store in a bucket of S3 or a server that speaks its protocol. An object is put under a condition that its name is free, so of two
 * writers one wins; that the server keeps the condition is tried before the first write. The engine reads local copies, or the objects themselves.
 */
import { rm } from "node:fs/promises";
import { Failure } from "../values/failure.ts";
import type { Cache } from "./cache.ts";
import type { LogTable } from "./dynamodb-client.ts";
import { openLogRows } from "./dynamodb-rows.ts";
import { openPrefix } from "./s3-bucket.ts";
import type { Prefix } from "./s3-bucket.ts";
import { objectSource } from "./s3-fetch.ts";
import { listUploads } from "./s3-leftovers.ts";
import { throughLogTable } from "./s3-log-table.ts";
import { openProbe } from "./s3-probe.ts";
import { putBytes } from "./s3-put.ts";
import { removeObjects } from "./s3-remove.ts";
import { headObject, listObjects, readObject } from "./s3-read.ts";
import { uploadFile } from "./s3-upload.ts";
import type { StagedFile, Store } from "./store.ts";

export interface S3Options {
  /** Through which stores on S3 commit, as those do who write the same tables; without it S3's own conditions do. */
  readonly logTable?: LogTable;
  /** Milliseconds until a server that says nothing counts as gone, before its answer and amid it; 60,000 of S3's and 30,000 of DynamoDB's when absent. */
  readonly silenceMs?: number;
}

/** The store of `s3://bucket/prefix`, whose commits go through `logTable` where there is one. Nothing is sent, and no client is loaded, before the first request. */
export function openS3(root: string, cache: Cache, { logTable, silenceMs }: S3Options = {}): Store {
  const prefix = openPrefix(root, silenceMs);
  const store = openPlain(prefix, cache);
  return logTable === undefined ? store : throughLogTable(store, openLogRows(logTable, silenceMs), prefix.uri);
}

function openPlain(prefix: Prefix, cache: Cache): Store {
  const probe = openProbe(prefix);
  let endpoint: string | undefined;
  const others = new Map<string, Store>();
  return {
    root: prefix.root,
    local: cache.directory,
    remote: {
      scope: `${prefix.root}/`,
      address: (name) => (isPlain(prefix.key(name)) ? prefix.uri(name) : undefined),
      access: () => prefix.ask("", (connection) => connection.access()),
    },
    locate: prefix.uri,
    beside: (root) => others.getOrInsertComputed(root, () => openPlain(openPrefix(root), cache)),
    list: (directory, options) => listObjects(prefix, directory, options ?? {}),
    read: (name, range) => readObject(prefix, name, range),
    head: (name) => headObject(prefix, name),
    async putIfAbsent(name, bytes) {
      await probe();
      return await putBytes(prefix, name, bytes);
    },
    async putAfter(name, bytes, after) {
      await probe();
      return await putBytes(prefix, name, bytes, after);
    },
    stage: async (name) => stagedFile(prefix, name, cache, probe),
    now: async () => (await prefix.ask("", async (connection, { Bucket }) => await connection.now(Bucket))) ?? Date.now(),
    remove: (name) => prefix.ask(name, async ({ s3 }, at) => void (await s3.deleteObject(at))),
    removeAll: (names) => removeObjects(prefix, names),
    leftovers: (directory) => listUploads(prefix, directory),
    async localize(name, size) {
      // The endpoint is part of what is cached: two servers may have buckets of one name.
      endpoint ??= (await prefix.connect()).endpoint;
      return await cache.localize(`${prefix.uri(name)} at ${endpoint}`, size, objectSource(prefix, name));
    },
    scratch: () => cache.work(),
  };
}

/** Whether a key reads the same however it is spelled: nothing to be encoded, no `..`, no empty segment. */
function isPlain(key: string): boolean {
  return key.split("/").every((segment) => /^[\w=.-]+$/.test(segment) && !/^\.+$/.test(segment));
}

function stagedFile(prefix: Prefix, name: string, cache: Cache, probe: () => Promise<void>): StagedFile {
  const file = cache.work();
  const discard = (): Promise<void> => rm(file, { force: true });
  return {
    file,
    async finish() {
      await probe();
      const { outcome, size } = await uploadFile(prefix, name, file);
      if (outcome === "exists") throw new Failure("STORE_FAILED", `${prefix.uri(name)} is there already, and no object is ever replaced.`);
      await discard();
      return size;
    },
    discard,
  };
}
