// The line to a live draft: a socket that comes back by itself, or frames by POST where sockets are blocked.
import { packed, unpacked } from "./frames.js"

const FIRST_PAUSE = 500 // ms
const LONGEST_PAUSE = 15 * 1000 // ms
const SILENCE = 40 * 1000 // ms without a word from the other side, after which the line is dead
const FAILURES_BEFORE_POST = 3 // sockets that never opened
const ASKED_EVERY = 2 * 1000 // ms between two letters
const OURS = "facilitate.draft.v1" // who asks for it is told what is saved
const ENDED = { 400: 4400, 401: 4401, 403: 4403, 404: 4404, 409: 4422, 410: 4409 } // what a letter is told, as a close code

// `opened()` is called at each beginning, `heard(bytes)` for each frame, `lost(code, why)` at each end.
export class Line {
  #failures = 0
  #everOpen = false
  #pause = FIRST_PAUSE
  #letters = [] // frames that wait for the next POST

  constructor(address, { opened, heard, lost }) {
    Object.assign(this, { address, opened, heard, lost })
    this.online = () => this.#again(0)
    addEventListener("online", this.online)
    this.#open()
  }

  send(bytes) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(bytes)
    else if (this.byPost) this.#letters.push(bytes)
  }

  close() {
    removeEventListener("online", this.online)
    clearTimeout(this.timer)
    clearTimeout(this.silence)
    this.closed = true
    this.socket?.close()
  }

  #open() {
    if (this.closed || this.byPost) return
    if (!this.#everOpen && this.#failures >= FAILURES_BEFORE_POST) return this.#write()
    const socket = new WebSocket(`${location.origin}${this.address}`.replace(/^http/, "ws"), OURS)
    this.socket = socket
    socket.binaryType = "arraybuffer"
    socket.onopen = () => {
      this.#everOpen = true
      this.#pause = FIRST_PAUSE
      this.#alive()
      this.opened()
    }
    socket.onmessage = ({ data }) => {
      this.#alive()
      this.heard(new Uint8Array(data))
    }
    socket.onclose = ({ code, reason }) => this.#down(socket, code, reason)
  }

  #alive() {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => {
      const { socket } = this
      socket.close()
      this.#down(socket) // a dead line would take its time to say so
    }, SILENCE)
  }

  #down(socket, code, why) {
    if (socket !== this.socket || this.closed) return
    this.socket = undefined
    clearTimeout(this.silence)
    this.#failures += 1
    this.lost(code, why)
    this.#again(this.#pause * (0.5 + Math.random()))
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }

  #again(pause) {
    if (this.socket || this.byPost) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.#open(), pause)
  }

  // A letter every two seconds; each begins like a line of its own.
  async #write() {
    this.byPost = true
    while (!this.closed) {
      await this.#letter().catch(() => this.lost())
      await new Promise((soon) => setTimeout(soon, ASKED_EVERY))
    }
  }

  async #letter() {
    this.#letters = []
    this.opened()
    const answer = await fetch(this.address, {
      method: "POST",
      body: packed(this.#letters),
      headers: { "content-type": "application/octet-stream" },
    })
    if (!answer.ok) return this.lost(ENDED[answer.status], await answer.text())
    for (const bytes of unpacked(await answer.arrayBuffer())) this.heard(bytes)
  }
}
