// A live draft as this browser holds it: its document, who else is in it, and what of one's own words is saved.
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness"
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from "yjs"
import * as frames from "./frames.js"
import { KeptWords } from "./kept-words.js"
import { Line } from "./lines.js"

const ANOTHER = [4400, 4409, 4422] // what is held here is another draft than the server's
const OVER = [...ANOTHER, 4401, 4403, 4404]
const ELSEWHERE = "written-elsewhere"
const NAME = /^[\w.-]+$/
const PATIENCE = 10 * 1000 // ms

// Tells by events: "state", "places", "joined", "pen", "settled", "refused", "over".
export class Room extends EventTarget {
  doc = new Doc()
  awareness = new Awareness(this.doc)
  online = false
  joined = false
  pen = false // whether one may write
  elsewhere = false // whether the draft is written on another server
  slowed = false // whether so much came at once that it is saved little by little
  unsaved = [] // own updates, each with its number on this line and the texts it changed
  #sent = 0
  #held = undefined // frames of others, while an input method composes
  #holds = 0
  #waiting = [] // who wait for all words to be saved

  constructor(name, me) {
    super()
    this.name = name
    this.kept = new KeptWords(me, name, this.doc.clientID)
    this.doc.on("update", (update, origin, doc, transaction) => origin === this || this.#wrote(update, transaction))
    this.awareness.on("update", ({ added, updated, removed }, origin) => {
      if (origin !== this) this.#say(frames.AWARENESS, encodeAwarenessUpdate(this.awareness, [...added, ...updated, ...removed]))
      this.#tell("places")
    })
    this.line = new Line(`/drafts/${name}`, {
      opened: () => this.#opened(),
      heard: (bytes) => this.#heard(bytes),
      lost: (code, why) => this.#lost(code, why),
    })
  }

  get texts() {
    return this.doc.getMap("texts")
  }

  leave() {
    this.line.close()
    this.awareness.destroy()
    this.doc.destroy()
  }

  // Everything one wrote is on the server's disk; false if that takes too long.
  allSaved() {
    if (!this.unsaved.length) return Promise.resolve(true)
    return new Promise((answer) => {
      this.#waiting.push(answer)
      setTimeout(() => answer(false), PATIENCE)
    })
  }

  hold = () => {
    this.#holds += 1
    this.#held ??= []
  }

  release = () => {
    this.#holds -= 1
    if (this.#holds) return
    const held = this.#held
    this.#held = undefined
    for (const update of held) this.#take(update)
  }

  // --- what goes out

  #wrote(update, { changed }) {
    this.unsaved.push({ update, number: this.#nextNumber(), changed })
    this.#keep()
    this.#say(frames.SYNC, frames.UPDATE, update)
    this.#tell("state")
  }

  #keep() {
    if (this.unsaved.length) this.kept.keep(this.#updates())
    else this.kept.forget()
  }

  #updates() {
    return this.unsaved.map(({ update }) => update)
  }

  #nextNumber() {
    return (this.#sent += 1)
  }

  #say(...parts) {
    this.line?.send(frames.frame(...parts))
  }

  // What is not known to be saved goes first, in one frame: it is taken only once.
  #opened() {
    this.online = true
    this.#sent = 0
    if (this.unsaved.length) {
      const number = this.#nextNumber()
      for (const each of this.unsaved) each.number = number
      this.#say(frames.SYNC, frames.UPDATE, mergeUpdates(this.#updates()))
    }
    this.#say(frames.SYNC, frames.ASKING, encodeStateVector(this.doc))
    if (this.awareness.getLocalState()) this.#say(frames.AWARENESS, encodeAwarenessUpdate(this.awareness, [this.doc.clientID]))
    this.#tell("state")
  }

  // --- what comes in

  #heard(bytes) {
    const said = frames.read(bytes)
    if (said.kind === frames.SYNC) this.#synced(said.number(), said.bytes())
    else if (said.kind === frames.AWARENESS) applyAwarenessUpdate(this.awareness, said.bytes(), this)
    else if (said.kind === frames.WORD) this.#told(said.word())
  }

  #told({ saved, settled, pen, slowed, refused }) {
    if (slowed) this.#slow(true)
    if (saved !== undefined) this.#saved(saved)
    if (settled !== undefined) this.#tell("settled")
    if (pen !== undefined) this.#handed(pen)
    if (refused !== undefined) this.#tell("refused", refused)
  }

  #synced(what, bytes) {
    if (what === frames.ASKING) {
      this.#nextNumber()
      return this.#say(frames.SYNC, frames.ANSWER, encodeStateAsUpdate(this.doc, bytes))
    }
    if (this.#held) this.#held.push(bytes)
    else this.#take(bytes)
    if (what === frames.ANSWER && !this.joined) this.#join()
  }

  #take(update) {
    applyUpdate(this.doc, update, this)
  }

  #join() {
    this.joined = true
    this.elsewhere = false
    for (const update of this.kept.found()) applyUpdate(this.doc, update, "kept")
    this.#keep()
    this.#tell("joined")
  }

  #saved(number) {
    this.unsaved = this.unsaved.filter((each) => each.number > number)
    this.#keep()
    if (this.unsaved.length) return this.#tell("state")
    for (const answer of this.#waiting.splice(0)) answer(true)
    this.#slow(false)
  }

  #slow(slowed) {
    this.slowed = slowed
    this.#tell("state")
  }

  #handed(pen) {
    this.pen = pen
    this.#tell("pen")
  }

  #lost(code, why) {
    this.online = false
    this.elsewhere = why === ELSEWHERE
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID)
    removeAwarenessStates(this.awareness, others, this)
    if (OVER.includes(code)) {
      this.line.close()
      this.#tell("over", ANOTHER.includes(code) && (why.match(NAME) ?? [this.name])[0])
    }
    this.#tell("state")
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }))
  }
}
