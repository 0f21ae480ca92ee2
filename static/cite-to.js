// <cite-to data-in data-in-words>: voices are cited in the paragraph one wrote in last, with their words if one ticks so.
let target
let withWords = false

class CiteTo extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target: { name, value, checked } }) => {
      if (name === "id") aim(value)
      else withWords = checked
      this.show()
    })
    const there = this.#choice && [...this.#choice.options].some(({ value }) => value === target)
    if (there) this.#choice.value = target
    this.show()
  }

  show() {
    if (target && this.#choice) this.#choice.value = target
    if (this.#tick) this.#tick.checked = withWords
    const number = (this.#choice?.selectedIndex ?? -1) + 1
    const words = number ? this.dataset[withWords ? "inWords" : "in"].replace("{number}", number) : ""
    document.documentElement.style.setProperty("--cite-target", JSON.stringify(words))
  }

  get #tick() {
    return this.querySelector("[name=with_words]")
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
