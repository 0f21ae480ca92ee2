// The stock clients of Yjs, driven line by line from a test: each line asks, each answer is JSON.
import process from "node:process";
import readline from "node:readline";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packages, address, name] = process.argv.slice(2);
const { resolve } = createRequire(path.join(packages, "x.js"));
const { default: WebSocket } = await import(pathToFileURL(resolve("ws")));
const Y = await import(pathToFileURL(path.join(packages, "yjs/dist/yjs.mjs")));
const { WebsocketProvider } = await import(pathToFileURL(path.join(packages, "y-websocket/src/y-websocket.js")));
const hocuspocus = await import(pathToFileURL(path.join(packages, "@hocuspocus/provider/dist/hocuspocus-provider.esm.js")));
const { HocuspocusProvider, HocuspocusProviderWebsocket } = hocuspocus;

const known = (cookie) =>
  class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { cookie, origin: address.replace("ws", "http") } });
    }
  };
const clients = new Map();
const text = (id, paragraph) => clients.get(id).doc.getMap("texts").get(paragraph);
console.warn = console.error = () => {};

function yWebsocket(doc, cookie) {
  const provider = new WebsocketProvider(`${address}/drafts`, name, doc, {
    WebSocketPolyfill: known(cookie),
    disableBc: true,
    maxBackoffTime: 200,
  });
  return {
    leave: () => provider.disconnect(),
    come: () => provider.connect(),
    synced: () => provider.wsconnected && provider.synced,
  };
}

function ofHocuspocus(doc, cookie) {
  const websocketProvider = new HocuspocusProviderWebsocket({
    url: `${address}/drafts`,
    WebSocketPolyfill: known(cookie),
    delay: 100,
    minDelay: 50,
    maxDelay: 200,
  });
  const provider = new HocuspocusProvider({ websocketProvider, name, document: doc, token: "none" });
  provider.attach();
  return {
    leave: () => websocketProvider.disconnect(),
    come: () => websocketProvider.connect(),
    synced: () => websocketProvider.status === "connected" && provider.isSynced && provider.unsyncedChanges === 0,
    scope: () => provider.authorizedScope,
  };
}

const KINDS = { "y-websocket": yWebsocket, hocuspocus: ofHocuspocus };
const DOES = {
  join(id, kind, cookie) {
    const doc = new Y.Doc();
    clients.set(id, { doc, ...KINDS[kind](doc, cookie) });
  },
  write: (id, paragraph, at, words) => text(id, paragraph).insert(at, words),
  text: (id, paragraph) => text(id, paragraph)?.toString() ?? "",
  leave: (id) => clients.get(id).leave(),
  come: (id) => void clients.get(id).come(),
  synced: (id) => clients.get(id).synced(),
  scope: (id) => clients.get(id).scope(),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [does, ...given] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(DOES[does](...given) ?? null)}\n`);
}
process.exit(0);
