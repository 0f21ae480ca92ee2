// <day-line>: on the day itself, what is past and what is now moves on with the clock.
const TICK = 30 * 1000 // ms
const DAY = 12 * 60 * 60 * 1000 // ms around the agenda that count as the day itself

class DayLine extends HTMLElement {
  connectedCallback() {
    this.#mark()
    this.timer = setInterval(() => this.#mark(), TICK)
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  #mark() {
    const now = Date.now()
    const lines = [...this.querySelectorAll("[data-start]")]
    const days = lines.flatMap(({ dataset }) => [Date.parse(dataset.start), Date.parse(dataset.end)])
    if (now < Math.min(...days) - DAY || now > Math.max(...days) + DAY) return
    for (const line of lines) this.#say(line, Date.parse(line.dataset.start) <= now, Date.parse(line.dataset.end) <= now)
  }

  #say(line, begun, over) {
    line.toggleAttribute("aria-current", begun && !over)
    if (begun && !over) line.setAttribute("aria-current", "time")
    if (over) line.dataset.when = "past"
    const word = line.querySelector(".day-now")
    if (!begun || over) return word?.remove()
    if (!word) line.querySelector(".day-time").insertAdjacentHTML("afterbegin", `<span class="day-now"></span> `)
    line.querySelector(".day-now").textContent = this.dataset.now
  }
}

customElements.define("day-line", DayLine)
