/**
 * Pages that follow what somebody edits: a page of the site listens at `/_live`, loads itself again when there are newer pages, and shows
 * over itself what is wrong. Only where the server is opened with a feed; the pages on disk know nothing of it.
 */
import { once } from "node:events";
import type { FastifyInstance } from "fastify";

/** What an open page is told. */
export interface LiveState {
  /** Which pages stand now: another number, and those who have an older one load again. */
  readonly pages: number;
  /** What is wrong just now, as text with its own lines; absent when nothing is. */
  readonly problem?: string;
}

/** Says how things stand, and whenever that changes. */
export interface LiveFeed {
  now(): LiveState;
  /** Hears of each change until `signal`. */
  follow(hear: (state: LiveState) => void, signal: AbortSignal): void;
}

/** How many bytes may wait for a page that does not read. */
const waitingMax = 8 * 2 ** 20;

/** Adds the routes that live pages ask. A client that falls behind is closed, and comes back by itself. */
export function addLiveRoutes(server: FastifyInstance, feed: LiveFeed): void {
  const closing = new AbortController();
  server.addHook("preClose", async () => closing.abort());
  server.get("/_live.js", async (_request, reply) => reply.headers({ "content-type": "text/javascript; charset=utf-8", "cache-control": "no-store" }).send(script));
  server.get("/_live", async (_request, reply) => {
    const gone = new AbortController();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const tell = (state: LiveState): void => {
      raw.write(`data: ${JSON.stringify(state)}\n\n`);
      if (raw.writableLength > waitingMax) raw.destroy();
    };
    raw.on("close", () => gone.abort());
    const ended = AbortSignal.any([gone.signal, closing.signal]);
    feed.follow(tell, ended);
    tell(feed.now());
    if (!ended.aborted) await once(ended, "abort");
    raw.end();
  });
}

/** The page with what makes it listen; it knows which pages it is one of. */
export function livePage(html: string, { pages }: LiveState): string {
  const tag = `<script src="/_live.js" data-pages="${pages}" defer></script>`;
  return html.includes("</body>") ? html.replace("</body>", () => `${tag}</body>`) : html + tag;
}

const script = `const mine = Number(document.currentScript.dataset.pages);
const overlay = document.createElement("div");
overlay.id = "neuralake-problem";
overlay.setAttribute("role", "alert");
overlay.style.cssText = "position:fixed;inset:0;z-index:2147483647;overflow:auto;padding:3rem clamp(1rem,6vw,5rem);background:light-dark(#fffc,#111c);backdrop-filter:blur(6px);color-scheme:light dark";
const text = document.createElement("pre");
text.style.cssText = "margin:0;padding:1.25rem 1.5rem;border-left:3px solid #d9534f;background:light-dark(#fff,#1b1b1d);color:light-dark(#222,#eee);font:14px/1.5 'JetBrains Mono Variable',monospace;white-space:pre-wrap";
overlay.append(text);
new EventSource("/_live").onmessage = ({ data }) => {
  const { pages, problem } = JSON.parse(data);
  if (pages !== mine) return location.reload();
  text.textContent = problem ?? "";
  if (problem === undefined) overlay.remove();
  else document.body.append(overlay);
};
`;
