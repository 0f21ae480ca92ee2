// <desk-keys>: the rapporteur's keys. F: a voice from the floor; C: cite; Ctrl+S: save; Ctrl+Enter: split.
const OFF = "desk-keys-off"

class DeskKeys extends HTMLElement {
  #before // where one was when F was pressed

  connectedCallback() {
    addEventListener("keydown", (event) => this.#press(event))
    this.addEventListener("submit", (event) => this.#made(event))
    for (const way of ["pointerover", "focusin"]) this.addEventListener(way, (event) => this.#light(event))
    this.#button.hidden = false
    this.#button.addEventListener("click", () => this.#switch())
    this.#button.ariaPressed = String(localStorage.getItem(OFF) === null)
  }

  #press(event) {
    const field = event.target.closest?.("textarea, input, select")
    if (event.isComposing) return
    if (field) return this.#writing(event, field)
    if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) !== null) return
    if (event.key === "f") this.#take(event)
    if (event.key === "c") this.#cite(event)
  }

  #writing(event, field) {
    const control = event.ctrlKey || event.metaKey
    const floor = field.form?.matches("#from-floor")
    if (floor && event.key === "Escape") this.#before?.focus()
    else if (floor && field.name === "text" && event.key === "Enter" && !event.shiftKey) field.form.requestSubmit()
    else if (control && event.key === "s" && field.form?.matches(".write")) field.form.requestSubmit()
    else if (control && event.key === "Enter" && field.form?.matches(".write")) this.#split(field)
    else return
    event.preventDefault()
  }

  #take(event) {
    this.#before = document.activeElement
    document.getElementById("floor-text").focus()
    event.preventDefault()
  }

  // The voice one is at is cited, and one is at the next.
  #cite(event) {
    const voice = event.target.closest?.(".voice") ?? this.querySelector(".voice:hover")
    const button = voice?.querySelector("[form=cite]")
    if (!button?.checkVisibility()) return
    event.preventDefault()
    const next = [...voice.parentElement.children].slice([...voice.parentElement.children].indexOf(voice) + 1).find((each) => each.checkVisibility() && each.querySelector("[form=cite]"))
    button.click()
    if (voice.contains(event.target)) next?.querySelector("[form=cite]").focus()
  }

  #split(field) {
    if (field.matches("[data-live]")) return field.dispatchEvent(new CustomEvent("split", { bubbles: true }))
    const split = document.getElementById(field.form.getAttribute("id").replace("write-", "split-"))
    const { value, selectionStart: caret } = field
    const [first, second] = [value.slice(0, caret), value.slice(caret)].map((half) => half.trim().replace(/\n\s*\n/g, "\n"))
    split.elements.namedItem("text").value = `${first}\n\n${second}`
    field.form.sent = { ...Object.fromEntries(new FormData(field.form)), text: first }
    split.addEventListener("done", () => settle(field), { once: true })
    split.requestSubmit()
  }

  // A recommendation just made is where one writes next.
  #made({ target: form }) {
    if (!form.matches("#add, #new-from")) return // form.id would be the field of that name
    const id = () => document.getElementById(`text-${form.elements.namedItem("id").value}`)
    const seen = new MutationObserver(() => {
      if (!id()) return
      seen.disconnect()
      id().focus()
    })
    seen.observe(document.getElementById("draft-list"), { childList: true })
  }

  #light({ target }) {
    for (const lit of this.querySelectorAll("[data-lit]")) delete lit.dataset.lit
    const cite = target.closest?.(".cite")
    const voice = cite && document.getElementById(cite.hash.slice(1))
    if (voice) voice.dataset.lit = cite.dataset.lit = ""
  }

  #switch() {
    const on = localStorage.getItem(OFF) !== null
    if (on) localStorage.removeItem(OFF)
    else localStorage.setItem(OFF, "")
    this.#button.ariaPressed = String(on)
  }

  get #button() {
    return document.getElementById("keys-on")
  }
}

// The words went into two recommendations: what stands in the field is no unsaved change of one.
function settle(field) {
  field.value = field.defaultValue
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

customElements.define("desk-keys", DeskKeys)
