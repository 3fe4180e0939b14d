/** A proxy before an S3 server that does to requests what a test asks: answers itself, or lets them pass and loses the answer. Counts them all. */
import { once } from "node:events";
import { createServer, request as send } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

export type Fault =
  /** An error as S3 tells it. */
  | { readonly kind: "answer"; readonly status: number; readonly code: string }
  /** Passed on; the connection ends before the answer. */
  | { readonly kind: "lost answer" }
  /** Not passed on; the connection ends. */
  | { readonly kind: "lost request" }
  /** Passed on; the connection ends within the body of the answer. */
  | { readonly kind: "half an answer" };

export interface FaultyProxy {
  readonly endpoint: string;
  /** Every request since the last `reset`, in order. */
  readonly seen: Seen[];
  /** Asked for each request; undefined lets it pass. */
  fault: (seen: Seen) => Fault | undefined;
  /** Forgets what was seen, and passes everything on. */
  reset(): void;
  close(): Promise<void>;
}

/** A proxy on a free port of this machine. Requests are passed on as they are signed, for the proxy's own address. */
export async function openFaultyProxy(target: string): Promise<FaultyProxy> {
  const passAll = (): undefined => undefined;
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = { method: request.method ?? "", url: request.url ?? "" };
    const body = await buffer(request);
    proxy.seen.push(seen);
    const fault = proxy.fault(seen);
    if (fault?.kind === "lost request") return void request.socket.destroy();
    if (fault?.kind === "answer") return void answerError(response, fault);
    const { hostname, port } = new URL(target);
    const passed = send({ hostname, port, method: seen.method, path: seen.url, headers: request.headers });
    passed.end(body);
    const [reply] = (await once(passed, "response")) as [IncomingMessage];
    const bytes = await buffer(reply);
    if (fault?.kind === "lost answer") return void request.socket.destroy();
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    if (fault?.kind !== "half an answer") return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    fault: passAll,
    reset() {
      proxy.seen.length = 0;
      proxy.fault = passAll;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}

function answerError(response: ServerResponse, { status, code }: Extract<Fault, { kind: "answer" }>): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(status === 304 ? "" : `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made by a test</Message><AWSAccessKeyId>leaked-key-id</AWSAccessKeyId></Error>`);
}
