// Writers of live drafts: each types into its own place, and hears what the others type.
// Started as `writers.mjs JSON`, see ../writers.py: Load is what is asked for, Typed what is told.
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

const load = JSON.parse(process.argv[2]);
const OPENING = 20_000; // ms for a line to be there
const QUIET = 15_000; // ms without anything new, after which a run is over
const SYNC = 0, SYNC_REPLY = 4, AUTH = 2; // kinds of messages
const ASK = 0, ANSWER = 1, UPDATE = 2; // steps of a sync
const BEGUN = "The participants recommend that Member States support culture in the digital environment. ";
const KEYS = "we ask the Parties to consult ";

const now = () => Number(process.hrtime.bigint()) / 1e6;

// --- a socket, as plain as can be: the driver must not be what is measured

function frame(body, opcode = 2) {
  const long = body.length > 125;
  const head = Buffer.alloc(long ? 8 : 6); // the mask is naught, and changes nothing
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : body.length);
  if (long) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function openSocket(head, { opened, heard, closed }) {
  const socket = connect(load.port, "127.0.0.1", () => socket.write(head));
  let rest = Buffer.alloc(0);
  let open = false;
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("close", () => closed("the line dropped"));
  socket.on("data", (data) => {
    rest = rest.length ? Buffer.concat([rest, data]) : data;
    if (!open) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!rest.subarray(0, 12).toString().endsWith("101")) return closed(rest.subarray(0, end).toString());
      open = true;
      rest = rest.subarray(end + 4);
      opened();
    }
    rest = read(rest, socket, heard, closed);
  });
  return socket;
}

function read(bytes, socket, heard, closed) {
  let at = 0;
  while (bytes.length - at >= 2) {
    let size = bytes[at + 1] & 127;
    let from = at + 2;
    if (size === 126) {
      if (bytes.length < from + 2) break;
      size = bytes.readUInt16BE(from);
      from += 2;
    } else if (size === 127) {
      if (bytes.length < from + 8) break;
      size = Number(bytes.readBigUInt64BE(from));
      from += 8;
    }
    if (bytes.length < from + size) break;
    const body = bytes.subarray(from, from + size);
    const opcode = bytes[at] & 15;
    at = from + size;
    if (opcode === 2) heard(body, at - from);
    else if (opcode === 8) closed(`closed with ${body.length > 1 ? body.readUInt16BE(0) : 1005}`);
    else if (opcode === 9) socket.write(frame(body, 10));
  }
  return bytes.subarray(at);
}

// --- one who writes

class Writer {
  constructor(room, head) {
    this.room = room;
    this.head = head;
    this.frames = [];
    this.sent = []; // when each was sent
    this.missing = []; // by how many others each has not been heard yet
    this.next = 0;
    this.known = new Map(); // client -> how far this one has heard
  }

  open() {
    return new Promise((done, failed) => {
      const late = setTimeout(() => failed(new Error("a line did not open")), OPENING);
      this.joined = () => {
        clearTimeout(late);
        done();
      };
      this.socket = openSocket(this.head, {
        opened: () => (load.named ? this.askIn() : this.ask()),
        heard: (body) => this.hear(body),
        closed: (why) => (over ? undefined : failOf(failed, why)),
      });
    });
  }

  named(write) {
    const to = encoding.createEncoder();
    if (load.named) encoding.writeVarString(to, this.room.name);
    write(to);
    return frame(Buffer.from(encoding.toUint8Array(to)));
  }

  sync(step, body) {
    return this.named((to) => {
      encoding.writeVarUint(to, SYNC);
      encoding.writeVarUint(to, step);
      encoding.writeVarUint8Array(to, body);
    });
  }

  askIn() {
    this.socket.write(
      this.named((to) => {
        encoding.writeVarUint(to, AUTH);
        encoding.writeVarUint(to, 0);
        encoding.writeVarString(to, "token");
        encoding.writeVarString(to, "4.7.0");
      }),
    );
  }

  ask() {
    this.socket.write(this.sync(ASK, Y.encodeStateVector(this.room.doc)));
  }

  hear(body) {
    heardBytes += body.length;
    const from = decoding.createDecoder(body);
    if (load.named) decoding.readVarString(from);
    const kind = decoding.readVarUint(from);
    if (kind === AUTH && load.named) return this.ask();
    if (kind !== SYNC && kind !== SYNC_REPLY) return;
    const step = decoding.readVarUint(from);
    const update = decoding.readVarUint8Array(from);
    if (step === UPDATE && this.begun) this.updated(update);
    else if (step === ANSWER) {
      Y.applyUpdate(this.room.doc, update);
      this.joined();
    }
  }

  updated(update) {
    const at = now();
    for (const [client, end] of ends(update)) {
      const writer = this.room.byClient.get(client);
      if (!writer || writer === this) continue;
      for (let k = this.known.get(client) ?? 0; k < end; k++) {
        waits.push(at - writer.sent[k]);
        if (--writer.missing[k] === 0) writer.arrived();
      }
      this.known.set(client, Math.max(end, this.known.get(client) ?? 0));
    }
  }

  // Everybody has it.
  arrived() {
    complete += 1;
    lastNews = now();
    if (load.rate === 0) this.send();
  }

  // The updates of somebody who types at one place of a paragraph, made beforehand.
  prepare(number) {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.room.doc));
    const texts = [...doc.getMap("texts").values()];
    const text = texts[number % texts.length];
    let at = Math.floor((number / load.writers) * text.length);
    doc.on("update", (update) => this.frames.push(this.sync(UPDATE, update)));
    for (let k = 0; k < load.operations; k++) text.insert(at++, KEYS[k % KEYS.length]);
    this.doc = doc;
    this.missing = new Array(load.operations).fill(load.writers - 1);
    this.room.byClient.set(doc.clientID, this);
  }

  send() {
    if (this.next === load.operations) return;
    this.sent[this.next] = now();
    this.socket.write(this.frames[this.next]);
    this.next += 1;
  }
}

function failOf(failed, why) {
  failed(new Error(why));
  lost = why;
}

// For each client of an update the clock behind its last item. Words alone are read without Yjs.
function ends(update) {
  const from = decoding.createDecoder(update);
  const found = new Map();
  try {
    for (let clients = decoding.readVarUint(from); clients > 0; clients--) {
      const items = decoding.readVarUint(from);
      const client = decoding.readVarUint(from);
      let clock = decoding.readVarUint(from);
      for (let n = 0; n < items; n++) clock += length(from);
      found.set(client, clock);
    }
    return found;
  } catch (error) {
    if (error !== OTHER) throw error;
    for (const { id, length } of Y.decodeUpdate(update).structs) found.set(id.client, id.clock + length);
    return found;
  }
}

const OTHER = new Error("no words");

function length(from) {
  const info = decoding.readUint8(from);
  if ((info & 31) !== 4 || !(info & 192)) throw OTHER;
  for (let side = info & 128; side; side = 0) point(from);
  for (let side = info & 64; side; side = 0) point(from);
  const size = decoding.readVarUint(from);
  from.pos += size; // all that is typed here is ASCII
  return size;
}

function point(from) {
  decoding.readVarUint(from);
  decoding.readVarUint(from);
}

// --- the run

let over = false;
let lost;
let complete = 0;
let heardBytes = 0;
let lastNews = 0;
const waits = [];
const rooms = load.rooms.map(({ name, heads }) => {
  const room = { name, doc: new Y.Doc(), byClient: new Map() };
  room.writers = heads.map((head) => new Writer(room, head));
  return room;
});
const writers = rooms.flatMap((room) => room.writers);

for (const room of rooms) {
  for (const writer of room.writers) await writer.open(); // one after the other: some servers hang else
  if (!room.doc.getMap("texts").size) begin(room);
  room.writers.forEach((writer, number) => writer.prepare(number));
}
await pause(500);
for (const writer of writers) writer.begun = true;
global.gc?.();

const before = server();
const busyBefore = process.cpuUsage();
const began = (lastNews = now());
heardBytes = 0;
if (load.rate) await paced();
else for (let n = 0; n < load.window; n++) for (const writer of writers) writer.send();
const wanted = writers.length * load.operations;
while (complete < wanted && now() - lastNews < QUIET && !lost) await pause(5);
const after = server();
const busy = process.cpuUsage(busyBefore);
const seconds = (lastNews - began) / 1000;
const told = heardBytes;

const same = [];
for (const room of rooms) same.push(await agrees(room));
over = true;
waits.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({
    wanted,
    complete,
    lost: lost ?? "",
    agree: same.every(Boolean),
    seconds,
    processor: after.processor - before.processor,
    driver: (busy.user + busy.system) / 1e6,
    memory: after.memory,
    grown: after.memory - before.memory,
    bytes: told,
    p50: share(0.5),
    p99: share(0.99),
    most: share(1),
  }),
);
process.exit(0);

// Where there is no draft yet, the first makes one, laid out as ours is.
function begin(room) {
  const doc = new Y.Doc();
  doc.on("update", (update) => {
    Y.applyUpdate(room.doc, update);
    room.writers[0].socket.write(room.writers[0].sync(UPDATE, update));
  });
  doc.transact(() => {
    for (let n = 0; n < load.paragraphs; n++) doc.getMap("texts").set(`p${n}`, new Y.Text(BEGUN));
  });
}

async function paced() {
  const every = 1000 / load.rate; // ms between two keys of one writer
  const due = writers.map((_, n) => began + (n / writers.length) * every);
  while (writers.some(({ next }) => next < load.operations) && !lost) {
    writers.forEach((writer, n) => {
      for (; due[n] <= now() && writer.next < load.operations; due[n] += every) writer.send();
    });
    await pause(1);
  }
}

// Who comes now finds what all have typed together.
async function agrees(room) {
  const late = new Writer({ name: room.name, doc: new Y.Doc(), byClient: new Map() }, room.writers[0].head);
  await late.open();
  for (const { doc, next } of room.writers) if (next) Y.applyUpdate(room.doc, Y.encodeStateAsUpdate(doc));
  const words = (doc) => JSON.stringify([...doc.getMap("texts")].map(([id, text]) => [id, String(text)]).sort());
  return words(late.room.doc) === words(room.doc);
}

function server() {
  const threads = readdirSync(`/proc/${load.pid}/task`);
  const ran = threads.map((each) => Number(readFileSync(`/proc/${load.pid}/task/${each}/schedstat`, "utf8").split(" ")[0]));
  const [, resident] = readFileSync(`/proc/${load.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/);
  return { processor: ran.reduce((sum, each) => sum + each, 0) / 1e9, memory: Number(resident) * 1024 };
}

function share(part) {
  return waits[Math.min(waits.length - 1, Math.floor(part * waits.length))] ?? 0;
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
