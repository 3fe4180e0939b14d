/** The body of a request: its bytes as they came, and what the client calls them. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Failure } from "../values/failure.ts";

/** Makes every body arrive as bytes, whatever its media type; a compressed one is refused. */
export function acceptBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    const encoding = request.headers["content-encoding"];
    if (encoding === undefined || encoding === "identity") return done(null, body);
    return done(new Failure("MEDIA_TYPE_UNSUPPORTED", `The body is encoded as ${encoding}.`, { hint: "Send it as it is, without Content-Encoding." }));
  });
}

/** The bytes of a request's body; none when it has no body. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** The media type of a request's body without parameters, in lower case; empty when it names none. */
export function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
