// <reading-keys>: one key settles the place that has the focus (see data-key), which then goes on to the next open one.
const TYPED_IN = "textarea, input, select"

class ReadingKeys extends HTMLElement {
  #settled // the place that was settled here last

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#take(event))
    this.addEventListener("submit", ({ target }) => (this.#settled = target.closest("li").id))
    new MutationObserver(() => this.#goOn()).observe(this, { childList: true, subtree: true })
  }

  #take(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPED_IN)) return
    const site = event.target.closest("li")
    const button = site?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
    if (!button) return
    event.preventDefault()
    for (let closed = button.closest("details:not([open])"); closed; closed = closed.parentElement.closest("details:not([open])")) closed.open = true
    if (button.form) return button.form.requestSubmit(button)
    button.parentElement.querySelector("textarea").focus()
  }

  #goOn() {
    const settled = this.#settled && document.getElementById(this.#settled)
    const elsewhere = document.activeElement !== document.body && !settled?.contains(document.activeElement)
    if (!settled || elsewhere || settled.hasAttribute("data-open")) return
    this.#settled = undefined
    const open = [...this.querySelectorAll("li[data-open]")]
    const next = open.find((site) => settled.compareDocumentPosition(site) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0]
    next?.querySelector("button")?.focus()
  }
}

customElements.define("reading-keys", ReadingKeys)
