// <copy-button data-text data-done>: puts a text on the clipboard, and says that it is there.
class CopyButton extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button")
    button.hidden = !navigator.clipboard
    button.addEventListener("click", () => this.#copy(button))
  }

  async #copy(button) {
    await navigator.clipboard.writeText(this.dataset.text)
    button.textContent = this.dataset.done
    button.setAttribute("role", "status")
  }
}

customElements.define("copy-button", CopyButton)
