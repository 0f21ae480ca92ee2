// <shown-voices>: choosing what of the voices is shown leaves the page, and what is typed on it, in place.
class ShownVoices extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#choose(event))
    this.#mark()
  }

  #choose(event) {
    const link = event.target.closest("[data-choice]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    history.replaceState(null, "", link.getAttribute("href"))
    this.#list.dataset.show = link.dataset.choice
    this.#mark()
  }

  #mark() {
    for (const link of this.querySelectorAll("[data-choice]")) {
      if (link.dataset.choice === this.#list?.dataset.show) link.setAttribute("aria-current", "true")
      else link.removeAttribute("aria-current")
    }
  }

  get #list() {
    return document.getElementById("voices")
  }
}

customElements.define("shown-voices", ShownVoices)
