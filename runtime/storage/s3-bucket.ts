/** A prefix of a bucket as the parts of the S3 store see it: names become keys, requests go through one connection, errors become failures. */
import { Failure } from "../values/failure.ts";
import { connectS3 } from "./s3-client.ts";
import type { Connection } from "./s3-client.ts";
import { s3Failure } from "./s3-failure.ts";

export interface Prefix {
  /** `s3://bucket/prefix`, without trailing slash. */
  readonly root: string;
  readonly bucket: string;
  /** The key of a name, and the name of a key. */
  key(name: string): string;
  name(key: string): string;
  /** `s3://bucket/prefix/name`. */
  uri(name: string): string;
  connect(): Promise<Connection>;
  /** Runs requests about a name; what they throw is the failure in words. */
  ask<T>(name: string, act: (connection: Connection, at: { readonly Bucket: string; readonly Key: string }) => Promise<T>): Promise<T>;
  failure(error: unknown, name: string): Promise<Failure>;
}

/** The prefix of a root, whose server counts as gone after `silenceMs`; CONFIG_INVALID when it names no bucket. */
export function openPrefix(root: string, silenceMs?: number): Prefix {
  const [, bucket = "", rest = ""] = /^s3:\/\/([^/]*)(.*)$/i.exec(root) ?? [];
  if (bucket === "") throw new Failure("CONFIG_INVALID", `${root} names no bucket.`, { hint: "Write s3://bucket/prefix." });
  const prefix = rest.split("/").filter((segment) => segment !== "").join("/");
  const start = prefix === "" ? "" : `${prefix}/`;
  const uri = (name: string): string => [`s3://${bucket}`, ...[prefix, name].filter((part) => part !== "")].join("/");
  let connection: Promise<Connection> | undefined;
  const connect = (): Promise<Connection> => (connection ??= connectS3(silenceMs));
  const failure = async (error: unknown, name: string): Promise<Failure> => s3Failure(error, { uri: uri(name), bucket, endpoint: (await connect()).endpoint });
  return {
    root: uri(""),
    bucket, uri, connect, failure,
    key: (name) => `${start}${name}`,
    name: (key) => key.slice(start.length),
    async ask(name, act) {
      try {
        return await act(await connect(), { Bucket: bucket, Key: `${start}${name}` });
      } catch (error) {
        throw await failure(error, name);
      }
    },
  };
}
