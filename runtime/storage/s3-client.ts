/**
 * The one door to Amazon's S3 client, which is loaded with the first request of an s3:// root. All its settings are the SDK's own: region,
 * endpoint and credentials of the environment or of the shared configuration files.
 */
import type { PutObjectCommandInput, S3 } from "@aws-sdk/client-s3";
import { endpointName } from "./endpoint-name.ts";
import type { RemoteAccess } from "./store.ts";

export interface Connection {
  /** Tries again by itself what failed for a moment: for everything that may be done twice. */
  readonly s3: S3;
  /** Tries once: a conditional write that is tried again must know that it is. */
  readonly once: S3;
  /** Puts by `once`: made and signed at once, sent when `until` has come to its end, and never when that fails, whose error it then throws. */
  held(request: PutObjectCommandInput, until: Promise<unknown>): Promise<unknown>;
  /** When the server answered, by its own clock, in milliseconds since 1970: to the second before. Undefined when it does not say. */
  now(bucket: string): Promise<number | undefined>;
  /** For messages, without a user's name and password: `http://127.0.0.1:9000`, or Amazon S3. */
  readonly endpoint: string;
  /** The same for others to ask by; see `Remote`. */
  access(): Promise<RemoteAccess | undefined>;
}

const connectMs = 10_000;
const silenceMsUsual = 60_000;

/** A new connection, to a server that counts as gone after `silenceMs`; nothing is sent yet. With an endpoint of its own, buckets stand in the path, and a region need not be named. */
export async function connectS3(silenceMs = silenceMsUsual): Promise<Connection> {
  const sdk = await import("@aws-sdk/client-s3");
  const plain = new sdk.S3({ requestHandler: { connectionTimeout: connectMs, socketTimeout: silenceMs } });
  const { credentials, requestHandler, serviceConfiguredEndpoint } = plain.config;
  const endpoint = await serviceConfiguredEndpoint?.();
  const settings = { credentials, requestHandler, ...(endpoint === undefined ? {} : { forcePathStyle: true, region: await regionOf(plain) }) };
  const s3 = new sdk.S3(settings);
  const once = new sdk.S3({ ...settings, maxAttempts: 1 });
  const held: Connection["held"] = async (request, until) => {
    const command = new sdk.PutObjectCommand(request);
    // The last step before the network.
    command.middlewareStack.add((next) => async (made) => {
      await until;
      return await next(made);
    }, { step: "deserialize", priority: "low", name: "held" });
    return await once.send(command);
  };
  const now: Connection["now"] = async (bucket) => {
    const command = new sdk.ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 });
    let told: string | undefined;
    command.middlewareStack.add((next) => async (made) => {
      const answer = await next(made);
      told = (answer.response as { readonly headers?: { readonly [name: string]: string | undefined } }).headers?.["date"];
      return answer;
    }, { step: "deserialize", priority: "low", name: "now" });
    await s3.send(command);
    const time = Date.parse(told ?? "");
    return Number.isNaN(time) ? undefined : time;
  };
  return { s3, once, held, now, endpoint: endpoint === undefined ? "Amazon S3" : endpointName(endpoint), access: () => accessOf(s3, endpoint) };
}

/** Undefined for an address that is more than a host. */
async function accessOf({ config }: S3, endpoint: string | undefined): Promise<RemoteAccess | undefined> {
  const url = endpoint === undefined ? undefined : URL.parse(endpoint);
  if (url === null || (url !== undefined && (url.pathname !== "/" || url.username !== "" || url.search !== ""))) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials();
  return { host: url?.host, secure: url?.protocol !== "http:", region: await config.region(), keyId: accessKeyId, secret: secretAccessKey, session: sessionToken };
}

/** Servers of one's own mostly have none; a signature needs one all the same. */
async function regionOf(s3: S3): Promise<string> {
  try {
    return await s3.config.region();
  } catch (error) {
    if (error instanceof Error && error.message === "Region is missing") return "us-east-1";
    throw error;
  }
}
