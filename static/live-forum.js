// <live-forum data-forum data-page data-place data-after>: hears what happens and shows it.
import { show } from "./fragments.js"
import { flush } from "./outbox.js"

const FIRST_PAUSE = 500 // ms
const LONGEST_PAUSE = 30 * 1000 // ms
const FAILURES_BEFORE_EVENTS = 3 // sockets that never opened, before Server-Sent Events are tried
const FINAL = [4401, 4403, 4404] // the page itself has to be fetched anew

class LiveForum extends HTMLElement {
  #after = 0
  #failures = 0
  #opened = false
  #pause = FIRST_PAUSE

  connectedCallback() {
    this.#after = Number(this.dataset.after)
    addEventListener("online", () => this.#retryNow())
    addEventListener("offline", () => this.#line("offline"))
    this.#listen()
  }

  #listen() {
    if (!this.#opened && this.#failures >= FAILURES_BEFORE_EVENTS) return this.#listenToEvents()
    const socket = new WebSocket(this.#address("live").replace(/^http/, "ws"), "facilitate.html.v1")
    this.socket = socket
    socket.onopen = () => this.#connected()
    socket.onmessage = ({ data }) => this.#hear(data)
    socket.onclose = ({ code }) => this.#lost(code)
  }

  #listenToEvents() {
    const events = new EventSource(this.#address("events"))
    events.onopen = () => this.#connected()
    events.onmessage = ({ data }) => this.#hear(data)
    events.addEventListener("changed", () => "leaving" in document.body.dataset || location.reload())
    events.onerror = () => {
      this.#line(navigator.onLine ? "trying" : "offline")
      if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), LONGEST_PAUSE)
    }
  }

  #address(way) {
    const { forum, page, place } = this.dataset
    const query = new URLSearchParams({ page, place, after: this.#after })
    return `${location.origin}/forums/${forum}/${way}?${query}`
  }

  #connected() {
    this.#opened = true
    this.#pause = FIRST_PAUSE
    this.#line("connected")
    flush()
  }

  #hear(data) {
    const frame = JSON.parse(data)
    if (frame.seq === undefined) return
    this.#after = frame.seq
    show(frame)
  }

  #lost(code) {
    if ("leaving" in document.body.dataset) return
    if (FINAL.includes(code)) return location.reload()
    this.#failures += 1
    this.#line(navigator.onLine ? "trying" : "offline")
    this.timer = setTimeout(() => this.#listen(), this.#pause * (0.5 + Math.random()))
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }

  #retryNow() {
    if (this.socket?.readyState === WebSocket.OPEN) return this.#connected() // the line held out
    if (this.socket?.readyState !== WebSocket.CLOSED) return
    clearTimeout(this.timer)
    this.#listen()
  }

  #line(how) {
    const line = document.querySelector("[data-line]")
    if (line) line.dataset.line = how
  }
}

customElements.define("live-forum", LiveForum)
