// <reading-keys>: a, b, c … take that reading of the place that has the focus, which then goes on to the next open one.
const TYPED_IN = "textarea, input, select"

class ReadingKeys extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#take(event))
    this.addEventListener("done", ({ target }) => this.#goOn(target.closest("li")))
  }

  #take(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPED_IN)) return
    const site = event.target.closest("li")
    const button = site?.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`)
    if (!button) return
    event.preventDefault()
    button.form.requestSubmit(button)
  }

  #goOn(settled) {
    if (!settled?.contains(document.activeElement)) return
    const open = [...this.querySelectorAll("li[data-open]")].filter((site) => site.id !== settled.id)
    const next = open.find((site) => settled.compareDocumentPosition(site) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0]
    next?.querySelector("button")?.focus()
  }
}

customElements.define("reading-keys", ReadingKeys)
