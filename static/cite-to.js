// <cite-to data-in>: voices are cited in the paragraph one wrote in last.
let target

class CiteTo extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target: { value } }) => aim(value))
    const there = this.#choice && [...this.#choice.options].some(({ value }) => value === target)
    if (there) this.#choice.value = target
    this.show()
  }

  show() {
    if (target && this.#choice) this.#choice.value = target
    const number = (this.#choice?.selectedIndex ?? -1) + 1
    const words = number ? this.dataset.in.replace("{number}", number) : ""
    document.documentElement.style.setProperty("--cite-target", JSON.stringify(words))
  }

  get #choice() {
    return this.querySelector("select")
  }
}

function aim(paragraph) {
  target = paragraph
  document.querySelector("cite-to")?.show()
}

addEventListener("focusin", ({ target: field }) => {
  const paragraph = field.closest?.("#draft-list > .clause")
  if (paragraph) aim(paragraph.id.replace("paragraph-", ""))
})

customElements.define("cite-to", CiteTo)
