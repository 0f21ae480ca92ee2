// Documents of Yjs, driven line by line from a test: each line asks, each answer is a line of JSON.
import process from "node:process";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const Y = await import(pathToFileURL(process.argv[2]));
const docs = new Map();
const of = (text) => Buffer.from(text, "base64");
const told = (bytes) => Buffer.from(bytes).toString("base64");
const text = (doc, paragraph) => doc.getMap("texts").get(paragraph);

const DOES = {
  begin([id, client]) {
    const doc = new Y.Doc();
    if (client) doc.clientID = client;
    const made = [];
    doc.on("update", (update, origin) => origin === "elsewhere" || made.push(told(update)));
    docs.set(id, { doc, made, undo: new Map() });
  },
  apply([id, update]) {
    Y.applyUpdate(docs.get(id).doc, of(update), "elsewhere");
  },
  replace([id, paragraph, start, end, words]) {
    const { doc, undo } = docs.get(id);
    const there = text(doc, paragraph);
    if (!there) return false;
    if (!undo.has(paragraph)) undo.set(paragraph, new Y.UndoManager(there, { captureTimeout: 0 }));
    doc.transact(() => {
      if (end > start) there.delete(start, end - start);
      if (words) there.insert(start, words);
    });
    return true;
  },
  undo([id, paragraph]) {
    return Boolean(docs.get(id).undo.get(paragraph)?.undo());
  },
  made([id]) {
    return docs.get(id).made.splice(0);
  },
  text([id, paragraph]) {
    return text(docs.get(id).doc, paragraph)?.toString() ?? "";
  },
  state([id]) {
    return told(Y.encodeStateVector(docs.get(id).doc));
  },
  lacks([id, state]) {
    return told(Y.encodeStateAsUpdate(docs.get(id).doc, of(state)));
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [does, ...given] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(DOES[does](given) ?? null)}\n`);
}
