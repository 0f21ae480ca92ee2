// <time-left data-until="2023-06-05T14:00:00Z">: minutes and seconds to go, and a word when few are left.
const TICK = 1000 // ms
const SOON = 5 * 60 // s

class TimeLeft extends HTMLElement {
  connectedCallback() {
    this.#show()
    this.timer = setInterval(() => this.#show(), TICK)
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  #show() {
    const left = Math.round((Date.parse(this.dataset.until) - Date.now()) / 1000)
    const [minutes, seconds] = [Math.floor(Math.max(left, 0) / 60), Math.max(left, 0) % 60]
    this.querySelector(".clock-left").textContent = `${minutes}:${String(seconds).padStart(2, "0")}`
    const clock = left <= 0 ? "over" : left <= SOON ? "soon" : "running"
    if (clock === this.dataset.clock) return
    this.dataset.clock = clock
    if (clock !== "running") announce(this.dataset[clock])
  }
}

function announce(words) {
  const line = document.querySelector("#announcements")
  if (line && words) line.textContent = words
}

customElements.define("time-left", TimeLeft)
