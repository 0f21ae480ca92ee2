// <amend-text>: says when the text has moved on while somebody writes an amendment, and lets the words move on with it.
class AmendText extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.area = this.querySelector("textarea")
    this.text = this.area.defaultValue
    this.addEventListener("behind", ({ detail }) => this.#movedOn(detail))
    this.addEventListener("done", () => this.#proposed())
    this.querySelector("[data-move-on]").addEventListener("click", () => this.#moveOn())
  }

  // `now` is the same part as it would be drawn anew, or nothing if there is no such form any more.
  #movedOn(now) {
    const same = now?.querySelector(`amend-text[data-recommendation="${CSS.escape(this.dataset.recommendation)}"]`)
    this.version = same?.querySelector("[name=version]").value
    this.text = same?.querySelector("textarea").defaultValue ?? this.text
    this.querySelector(".moved-on").hidden = this.version === undefined
  }

  #moveOn() {
    this.form.elements.namedItem("version").value = this.version
    this.querySelector(".moved-on").hidden = true
    this.form.requestSubmit()
  }

  // The next one begins with the text of the recommendation again.
  #proposed() {
    this.area.value = this.area.defaultValue = this.text
    const reason = this.form.elements.namedItem("reason")
    reason.value = reason.defaultValue = ""
    this.closest("[data-behind]")?.removeAttribute("data-behind")
    this.closest("details")?.removeAttribute("open")
  }
}

customElements.define("amend-text", AmendText)
