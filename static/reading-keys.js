// <reading-keys>: a, b, c … take that reading of the place that has the focus, which then goes on to the next open one.
const TYPED_IN = "textarea, input, select"

class ReadingKeys extends HTMLElement {
  #settled // the place that was settled here last

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#take(event))
    this.addEventListener("submit", ({ target }) => (this.#settled = target.closest("li").id))
    this.addEventListener("behind", ({ target, detail }) => this.#follow(target, detail))
    new MutationObserver(() => this.#goOn()).observe(this, { childList: true, subtree: true })
  }

  #take(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPED_IN)) return
    const site = event.target.closest("li")
    const button = site?.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"]`)
    if (!button) return
    event.preventDefault()
    button.form.requestSubmit(button)
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

  // Another place was settled meanwhile: words typed for this one may follow, if it stands as it did.
  #follow({ form }, now) {
    const place = form.closest("li")
    if (now?.dataset.stands !== place.dataset.stands) return
    form.elements.namedItem("version").value = now.querySelector("[name=version]").value
    delete place.dataset.behind
  }
}

customElements.define("reading-keys", ReadingKeys)
