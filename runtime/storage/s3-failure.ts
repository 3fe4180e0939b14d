/** What an S3 server, or the way to it, answered: told apart by what can be done next, and told in words. No message or cause holds what signs a request. */
import { Failure } from "../values/failure.ts";

/** What a failure is about: a URI, where, and in which bucket. */
export interface Asked { readonly uri: string; readonly bucket: string; readonly endpoint: string }

/** What is known after an error of a request. */
export type Answer =
  /** The object is not there. */
  | "absent"
  /** A condition did not hold: there is an object of this name. */
  | "taken"
  /** An upload in parts is over: an earlier try completed it, or somebody gave it up. */
  | "over"
  /** Nothing was done or decided, and a later try may do: another request for the name is under way (ConditionalRequestConflict), or there are too many. */
  | "busy"
  /** Nothing was done, and the next try would not differ. */
  | "refused"
  /** The server was not reached: nothing was done. */
  | "unreached"
  /** It may have been done, or may still be. */
  | "unknown";

interface S3Error { readonly name: string; readonly message: string; readonly code?: unknown; readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string } }

const unreached = new Set<unknown>(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
/** The local disk, where a copy is written or an upload read. */
const local = new Set<unknown>(["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EMFILE", "ENFILE", "ENOENT", "EISDIR", "EIO"]);
/** Answers that mean "later", or, of a clock that is wrong, that the client has set its own. */
const later = new Set(["RequestTimeout", "SlowDown", "TooManyRequestsException", "RequestTimeTooSkewed"]);

/** What an error of a request means. Our own bugs and a configuration that cannot be read count as refused. */
export function answerOf(error: unknown): Answer {
  const { name, code, status } = factsOf(error);
  if (unreached.has(code)) return "unreached";
  if (status === undefined) return isTrouble(name, code) ? "unknown" : "refused";
  if (later.has(name)) return "busy";
  if (name === "NoSuchUpload") return "over";
  if (status === 404 && name !== "NoSuchBucket") return "absent";
  if (status === 412) return "taken";
  if (status === 408 || status === 409 || status === 429) return "busy";
  return status >= 500 && status !== 501 ? "unknown" : "refused";
}

/** Whether the server has no such thing as a condition on a write. */
export function isUnsupported(error: unknown): boolean {
  const { status } = factsOf(error);
  return status === 501 || status === 304;
}

/** Whether bytes came that do not have the checksum that the object was put with. */
export function isChanged(error: unknown): boolean {
  return factsOf(error).message.startsWith("Checksum mismatch");
}

/** Whether rights are lacking. */
export function isDenied(error: unknown): boolean {
  return factsOf(error).status === 403;
}

/** The failure behind an error, in words: FILE_NOT_FOUND or STORE_FAILED; a failure stays as it is. */
export function s3Failure(error: unknown, asked: Asked): Failure {
  if (error instanceof Failure) return error;
  const answer = answerOf(error);
  const cause = causeOf(error);
  if (answer === "absent") return new Failure("FILE_NOT_FOUND", `There is no ${asked.uri} at ${asked.endpoint}.`, { cause });
  const told = tell(factsOf(error), asked);
  if (told !== undefined) return new Failure("STORE_FAILED", told.message, { hint: told.hint, cause });
  const reached = answer === "unreached" || answer === "unknown";
  return new Failure("STORE_FAILED", `${asked.endpoint} ${reached ? "does not answer for" : "refuses"} ${asked.uri}: ${cause.message}`, {
    cause, retry: reached || answer === "busy", ...(reached ? { hint: "Is it running, and is AWS_ENDPOINT_URL_S3 the right address?" } : {}),
  });
}

interface Facts { readonly name: string; readonly message: string; readonly code: unknown; readonly status: number | undefined; readonly requestId: string | undefined }

function factsOf(error: unknown): Facts {
  const { name = "", message = "", code, $metadata } = (error ?? {}) as Partial<S3Error>;
  return { name, message, code, status: $metadata?.httpStatusCode, requestId: $metadata?.requestId };
}

/** Errors that come from the network, not from us: Node's have a code, the client's are called TimeoutError. */
function isTrouble(name: string, code: unknown): boolean {
  return (typeof code === "string" && !local.has(code)) || name === "TimeoutError" || name === "AbortError";
}

/** The error without its response and whatever else the client hung on it: the text that was signed, the access key's name. */
export function causeOf(error: unknown): Error {
  const { name, message, status, requestId } = factsOf(error);
  const facts = [status === undefined ? undefined : `HTTP ${status}`, requestId === undefined ? undefined : `request ${requestId}`].filter((fact) => fact !== undefined);
  return new Error(`${[name, message].filter((text) => text !== "" && text !== "Error").join(": ") || "no reason given"}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`);
}

const rights = "s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket";
const wrongCredentials = new Set(["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired"]);
const wrongRegion = new Set(["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"]);

function tell({ name, message, code, status }: Facts, { uri, bucket, endpoint }: Asked): { readonly message: string; readonly hint: string } | undefined {
  if (local.has(code)) return { message: `This machine cannot keep its copy of ${uri}: ${message}`, hint: "Make room there, or let cache.directory of neuralake.config.ts name another place." };
  if (name === "NoSuchBucket") return { message: `There is no bucket ${bucket} at ${endpoint}.`, hint: "Create it, or mend the root's name or AWS_ENDPOINT_URL_S3." };
  if (wrongCredentials.has(name)) return { message: `${endpoint} does not accept the credentials for ${uri}: ${name}.`, hint: "Look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or at AWS_PROFILE." };
  if (name === "CredentialsProviderError") return { message: `There are no credentials for ${uri}: ${message}`, hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE." };
  if (wrongRegion.has(name) || status === 301) return { message: `The bucket ${bucket} is not in the region that was asked.`, hint: "Set AWS_REGION to the bucket's region." };
  if (message === "Region is missing") return { message: `No region is set for ${uri}.`, hint: "Set AWS_REGION, or AWS_ENDPOINT_URL_S3 for a server of your own." };
  if (status === 403) return { message: `${endpoint} denies access to ${uri}.`, hint: `The credentials need ${rights} in the bucket ${bucket}.` };
  return undefined;
}
