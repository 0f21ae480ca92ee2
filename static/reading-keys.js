// <reading-keys>: one key settles the place that has the focus (see data-key), which then goes on to the next open one.
const TYPED_IN = "textarea, input, select"
const UNDO = "-"

class ReadingKeys extends HTMLElement {
  #left // the place that was answered last, and whether one stays there

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#take(event))
    this.addEventListener("submit", ({ target, submitter }) => this.#sent(target, submitter?.dataset.key === UNDO))
    new MutationObserver(() => this.#goOn()).observe(this, { childList: true, subtree: true })
  }

  #take(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches(TYPED_IN)) return
    const site = event.target.closest("li")
    const button = site?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
    if (!button) return
    event.preventDefault()
    for (let closed = button.closest("details:not([open])"); closed; closed = closed.parentElement.closest("details:not([open])")) closed.open = true
    if (button.form) return button.form.requestSubmit(button)
    button.parentElement.querySelector("textarea").focus()
  }

  // What was refused, or undone, is looked at once more. The form hears it also when its place was replaced meanwhile.
  #sent(form, undoes) {
    const was = form.closest("li")
    const left = (stays) => () => {
      this.#left = { was, stays }
      this.#goOn()
    }
    form.addEventListener("done", left(undoes), { once: true })
    form.addEventListener("refused", left(true), { once: true })
  }

  #goOn() {
    if (!this.#left) return
    const { was, stays } = this.#left
    const place = document.getElementById(was.id)
    const elsewhere = document.activeElement !== document.body && !place?.contains(document.activeElement)
    if (!place || elsewhere || (stays ? place === was : place.hasAttribute("data-open"))) return
    this.#left = undefined
    const next = stays ? place : (this.#next(place) ?? place)
    if (next !== place || !place.contains(document.activeElement)) firstOf(next)?.focus()
  }

  #next(place) {
    const open = [...this.querySelectorAll("li[data-open]")]
    return open.find((site) => place.compareDocumentPosition(site) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0]
  }
}

function firstOf(place) {
  return [...place.querySelectorAll("button, summary")].find((each) => each.checkVisibility())
}

customElements.define("reading-keys", ReadingKeys)
