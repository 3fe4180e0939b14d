/**
 * Stands between a client and an S3 server of tests, counts what passes, and does on demand what networks and servers do at bad moments:
 * loses a request or an answer, answers with an error, lets one wait, for ever if need be, cuts a body off, or changes it.
 */
import { once } from "node:events";
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { S3Address } from "./s3-server.ts";

export interface S3Request {
  readonly method: string;
  /** `/bucket/key`, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

/** What happens to a request instead of passing it on. */
export interface Fault {
  on(request: S3Request): boolean;
  /** How many requests meet it; 1. A client may try again by itself, so a fault that it must see needs more. */
  readonly times?: number;
  /** Nothing happens to it before this is settled. */
  readonly until?: Promise<unknown>;
  /** Whether the server gets the request, and does what it asks. */
  readonly effect: boolean;
  /** Called once the server has done it, before anything is answered. */
  readonly done?: () => void;
  /**
   * What the client gets: a closed connection, the server's answer with half of its body and then a closed connection, the same and then nothing
   * more, nothing at all on a connection that stays open, the answer with another first byte, the server's whole answer, or this status.
   */
  readonly answer: "none" | "half" | "stall" | "silence" | "changed" | "real" | ErrorStatus;
}

/** Statuses that a fault can answer, with the code of S3's error document. */
const errorCodes = { 403: "AccessDenied", 404: "NoSuchKey", 409: "ConditionalRequestConflict", 412: "PreconditionFailed", 500: "InternalError", 501: "NotImplemented", 503: "SlowDown" } as const;

export type ErrorStatus = keyof typeof errorCodes;

export interface S3Proxy extends S3Address {
  /** From now on the first fault that fits a request befalls it. */
  inject(fault: Fault): void;
  /** Takes every fault away. */
  heal(): void;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly S3Request[];
  /** Closes it; waits for nothing that is under way. */
  close(): Promise<void>;
}

interface Waiting { readonly fault: Fault; times: number }

/** Opens a proxy in this process. */
export async function openS3Proxy(server: S3Address): Promise<S3Proxy> {
  const requests: S3Request[] = [];
  let faults: Waiting[] = [];
  const agent = new Agent({ keepAlive: true });
  const take = (request: S3Request): Fault | undefined => {
    const waiting = faults.find(({ fault }) => fault.on(request));
    if (waiting !== undefined) waiting.times -= 1;
    faults = faults.filter(({ times }) => times > 0);
    return waiting?.fault;
  };
  const proxy = createServer((incoming, reply) => {
    const request = requestOf(incoming);
    requests.push(request);
    pass(incoming, reply, take(request) ?? passOn, server.endpoint, agent).catch(() => reply.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    ...server,
    endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    requests,
    inject: (fault) => faults.push({ fault, times: fault.times ?? 1 }),
    heal: () => { faults = []; },
    async close() {
      proxy.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

const passOn: Fault = { on: () => true, effect: true, answer: "real" };

function requestOf({ method = "GET", url = "/", headers }: IncomingMessage): S3Request {
  const { pathname, searchParams } = new URL(url, "http://s3");
  return { method, path: decodeURIComponent(pathname), query: searchParams, headers };
}

/** The request's body is taken whole first, so that an effect is never half of one. */
async function pass(incoming: IncomingMessage, reply: ServerResponse, fault: Fault, endpoint: string, agent: Agent): Promise<void> {
  const body = await buffer(incoming);
  await fault.until;
  const real = fault.effect ? await forward(incoming, body, endpoint, agent) : undefined;
  if (real !== undefined) fault.done?.();
  const content = real === undefined ? Buffer.alloc(0) : await buffer(real);
  if (typeof fault.answer === "number") answerError(reply, fault.answer, incoming.headers["x-amz-target"] !== undefined);
  else if (fault.answer === "silence") return;
  else if (real === undefined || fault.answer === "none") reply.destroy();
  else answerReal(reply, real, content, fault.answer);
}

function answerReal(reply: ServerResponse, { statusCode = 500, rawHeaders }: IncomingMessage, content: Buffer, answer: "half" | "stall" | "changed" | "real"): void {
  reply.writeHead(statusCode, rawHeaders);
  if (answer === "half" || answer === "stall") reply.write(content.subarray(0, content.length / 2), () => { if (answer === "half") reply.destroy(); });
  else if (answer === "changed") reply.end(Buffer.concat([Buffer.from([(content[0] ?? 0) ^ 1]), content.subarray(1)]));
  else reply.end(content);
}

/** The host stays the one that the client signed. */
async function forward({ method, url, headers }: IncomingMessage, body: Buffer, endpoint: string, agent: Agent): Promise<IncomingMessage> {
  const { expect: _unneeded, "transfer-encoding": _whole, ...kept } = headers;
  const { hostname, port } = new URL(endpoint);
  const outgoing = send({ agent, hostname, port, method, path: url, headers: { ...kept, "content-length": body.length } });
  outgoing.end(body);
  const [answer] = await once(outgoing, "response") as [IncomingMessage];
  return answer;
}

/** A server of DynamoDB, before which the proxy stands as well, speaks JSON. */
function answerError(reply: ServerResponse, status: ErrorStatus, isDynamoDB: boolean): void {
  const text = isDynamoDB
    ? JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${status < 500 ? "ThrottlingException" : "InternalServerError"}`, message: "A fault that a test asked for." })
    : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${errorCodes[status]}</Code><Message>A fault that a test asked for.</Message></Error>`;
  reply.writeHead(status, { "content-type": isDynamoDB ? "application/x-amz-json-1.0" : "application/xml" }).end(text);
}
