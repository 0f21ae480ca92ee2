// What one wrote and the server has not yet written down, kept on this device in the very keystroke.
import { fromBase64, toBase64 } from "lib0/buffer"
import { mergeUpdates } from "yjs"

export class KeptWords {
  #found = [] // where the words lay that an earlier page of this person left behind

  // Each page keeps its own, so that two tabs of one person do not overwrite each other.
  constructor(me, room, page) {
    this.mine = `live-${me}-${room}-`
    this.key = this.mine + page
  }

  // A full device is no reason not to send them; `full` says that they are only in the page.
  keep(updates) {
    try {
      localStorage.setItem(this.key, toBase64(mergeUpdates(updates)))
      this.full = false
    } catch {
      this.full = true
    }
  }

  found() {
    this.#found = Object.keys(localStorage).filter((key) => key.startsWith(this.mine) && key !== this.key)
    return this.#found.map((key) => fromBase64(localStorage.getItem(key)))
  }

  forget() {
    for (const key of [this.key, ...this.#found]) localStorage.removeItem(key)
    this.#found = []
  }
}
