// Makes updates.json: updates of Yjs, and what Yjs itself reads in each: node make_updates.mjs YJS TARGET
import fs from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [yjs, target] = process.argv.slice(2);
const Y = await import(pathToFileURL(yjs));
const VALUES = [1, -70, 3.5, "s", null, true, undefined, { a: [1, { b: 2n }] }, new Uint8Array([1, 2]), 12345678901];
const WORDS = ["a", "é中", "📊x", "hello ", "\n", "👩‍🌾"];

let seed = 7;
function below(n) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed % n;
}

const at = (id) => (id ? [id.client, id.clock] : null);

function read(update) {
  const { structs, ds } = Y.decodeUpdate(update);
  return {
    update: Buffer.from(update).toString("base64"),
    items: structs.map((s) => [s.id.client, s.id.clock, s.length, at(s.origin), at(s.rightOrigin)]),
    deleted: [...ds.clients].flatMap(([client, spans]) => spans.map((s) => [client, s.clock, s.clock + s.len])),
  };
}

function change(doc) {
  const [text, map, array, xml] = [doc.getText("t"), doc.getMap("m"), doc.getArray("a"), doc.getXmlFragment("x")];
  const does = [
    () => text.insert(below(text.length + 1), WORDS[below(WORDS.length)]),
    () => text.length && text.delete(below(text.length), 1),
    () => map.set(`k${below(3)}`, VALUES[below(VALUES.length)]),
    () => array.insert(0, [1, "x", [2]]),
    () => text.length > 2 && text.format(0, 2, { bold: true, c: { x: 1 } }),
    () => text.insertEmbed(0, { picture: "x" }),
    () => map.set("words", new Y.Text("nested")),
    () => map.get("words")?.insert(0, WORDS[below(WORDS.length)]),
    () => map.set("doc", new Y.Doc()),
    () => {
      const element = new Y.XmlElement("p");
      xml.insert(0, [element]);
      element.insert(0, [new Y.XmlText("hi")]);
      element.setAttribute("q", "1");
    },
  ];
  does[below(3) ? below(2) : below(does.length)]();
}

const found = [];
for (let round = 0; round < 80; round++) {
  const docs = [0, 1, 2].map(() => Object.assign(new Y.Doc(), { clientID: below(2147483000) + 1 }));
  for (const doc of docs) doc.on("update", (update) => found.push(read(update)));
  for (let step = 0; step < 30; step++) {
    change(docs[below(3)]);
    if (below(3) === 0) {
      const [to, from] = [docs[below(3)], docs[below(3)]];
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
    }
  }
  found.push(read(Y.encodeStateAsUpdate(docs[0])));
}
const lines = found.map((each) => JSON.stringify(each));
fs.writeFileSync(target, `[\n${lines.join(",\n")}\n]\n`);
