// <text-on-stage data-read>: the text on the chair's screen and the forms that decide on it. A text that comes in its
// place disarms them until the chair has said it was read; only then do they carry its version and digest.
const SETTLE = 1000 // ms in which "I have read it" takes no press, as it comes where something else was
const KEY = `text-read-${location.pathname}` // a page that loads itself anew does not make its text read

class TextOnStage extends HTMLElement {
  #asked // the text that an act of this chair's own leads to, if nothing else comes in between

  connectedCallback() {
    const before = sessionStorage.getItem(KEY)
    if (before?.split("/")[0] === this.#now.split("/")[0]) this.dataset.read = before
    new MutationObserver(() => this.#look()).observe(this, { childList: true, subtree: true })
    this.addEventListener("click", (event) => event.target.closest("[data-have-read]") && this.#haveRead())
    addEventListener("submit", ({ target }) => (this.#asked = target.dataset.then ?? this.#asked))
    this.#look()
  }

  get #now() {
    return this.querySelector("[data-text]")?.dataset.text ?? ""
  }

  get #unread() {
    return this.#now !== "" && this.#now !== this.dataset.read
  }

  // Runs before any press can reach what has just been put in place.
  #look() {
    if (this.#now === this.#asked) this.#becomes()
    const unread = this.#unread
    if (!unread) this.dataset.read = this.#now
    sessionStorage.setItem(KEY, this.dataset.read)
    for (const button of this.querySelectorAll("[data-decides] button")) if (button.disabled !== unread) button.disabled = unread
    this.toggleAttribute("data-unread", unread)
    const notice = this.querySelector(".unread")
    if (!notice || notice.hidden === !unread) return
    notice.hidden = !unread
    if (unread) this.#ask(notice)
  }

  // What was asked for here has been read, also on the page on which it then stands (data-leads).
  #becomes() {
    this.dataset.read = this.#now
    if (this.dataset.leads) sessionStorage.setItem(`text-read-${this.dataset.leads}`, this.#now)
  }

  #ask(notice) {
    const [id, version] = this.dataset.read.split("/")
    const same = this.#now.startsWith(`${id}/`)
    for (const change of notice.querySelectorAll("[data-made]")) change.hidden = !same || Number(change.dataset.made) <= Number(version)
    const button = notice.querySelector("[data-have-read]")
    button.disabled = true
    setTimeout(() => (button.disabled = false), SETTLE)
  }

  #haveRead() {
    this.dataset.read = this.#now
    this.#carry()
    this.#look()
  }

  // Forms that were kept, as somebody was typing in them, decide on what has now been read.
  #carry() {
    const [recommendation, version, digest] = this.#now.split("/")
    for (const form of this.querySelectorAll("form")) {
      const { elements } = form
      if (elements.namedItem("recommendation")?.value !== recommendation || !elements.namedItem("digest")) continue
      elements.namedItem("version").value = version
      elements.namedItem("digest").value = digest
    }
  }
}

customElements.define("text-on-stage", TextOnStage)
