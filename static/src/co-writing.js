// <co-writing data-room data-kept data-sent data-saved …>: the paragraphs of the desk are written by several people at once.
import { Others } from "./others.js"
import { Room } from "./rooms.js"
import { TextField } from "./text-fields.js"

const SAVED_FIRST = ["ReviseDraftRecommendation", "SplitDraftRecommendation", "JoinDraftRecommendations", "RemoveDraftRecommendation", "SubmitDraft"]
const FIELDS = "#draft-list .write textarea"

class CoWriting extends HTMLElement {
  #fields = new Map() // recommendation -> its TextField
  #written = new Set() // recommendations one wrote in since the page came
  #drawing // once for all that happens in one go
  #ready // the form whose act may go, as everything is saved

  connectedCallback() {
    const list = document.getElementById("draft-list")
    this.#enter(this.dataset.room)
    new MutationObserver(() => this.#bind()).observe(list, { childList: true })
    addEventListener("submit", (event) => this.#submit(event), { capture: true })
    list.addEventListener("grafted", () => this.#bind())
    list.addEventListener("done", ({ target }) => this.#fields.get(target.elements.namedItem("id")?.value)?.settled())
    list.addEventListener("change", ({ target }) => target.matches("select") && target.form.querySelector("[data-live]") && target.form.requestSubmit())
    list.addEventListener("split", ({ target }) => this.#split(target))
    list.addEventListener("keydown", (event) => this.#press(event))
    list.addEventListener("click", ({ target }) => this.#undo(target.closest("[data-undo]")))
    list.addEventListener("toggle", ({ target }) => target.matches(".authors[open]") && this.#whoWrote(target), { capture: true })
    list.addEventListener("focusin", ({ target }) => this.others.iAmAt(target.matches(FIELDS) ? idOf(target) : null))
    list.addEventListener("focusout", () => this.others.iAmAt(null))
    for (const way of ["paste", "drop"]) list.addEventListener(way, (event) => this.#paste(event))
    Others.silence(document.getElementById("others-aloud"))
  }

  words(name, values) {
    return Object.entries(values).reduce((said, [key, value]) => said.replace(`{${key}}`, value), this.dataset[name])
  }

  list(names) {
    return new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(names)
  }

  #enter(name) {
    const room = new Room(name, document.querySelector("live-forum").dataset.me)
    this.room = room
    this.others = new Others(this, room)
    room.texts.observe(() => queueMicrotask(() => this.#bind()))
    room.texts.observeDeep((events, { origin }) => origin === room && this.#heard(events))
    for (const what of ["state", "places"]) room.addEventListener(what, () => this.#drawAll())
    room.addEventListener("state", () => (this.querySelector(".elsewhere").hidden = !room.elsewhere))
    room.addEventListener("settled", () => document.querySelectorAll(".authors[open]").forEach((each) => this.#whoWrote(each)))
    for (const what of ["joined", "pen"]) room.addEventListener(what, () => this.#bind())
    room.addEventListener("over", ({ detail: now }) => this.#over(now))
  }

  // The server holds another draft than this page, perhaps of another name: that is joined, and words that did not
  // get there are shown.
  #over(now) {
    const mine = [...this.#fields].filter(([, { text }]) => this.#isUnsaved(text)).map(([id, { field }]) => [id, field.value])
    this.#letGo()
    if (!now) return
    this.dataset.room = now
    this.room.kept.forget()
    this.room.leave()
    this.#enter(this.dataset.room)
    this.room.addEventListener("joined", () => mine.forEach(([id, words]) => this.#giveBack(id, words)), { once: true })
  }

  // --- fields and their texts

  #bind() {
    const { room } = this
    if (!room.joined) return
    if (!room.pen) return this.#letGo()
    for (const field of document.querySelectorAll(FIELDS)) {
      const id = idOf(field)
      const text = room.texts.get(id)
      const bound = this.#fields.get(id)
      if (bound?.field === field && bound.text === text) continue
      const typed = field.value !== field.defaultValue && field.value
      if (bound) text ? this.#unbind(id) : this.#isGone(id)
      if (!text || field.closest(".clause").dataset.behind) continue
      this.#fields.set(id, new TextField(field, text, room))
      if (typed) this.#giveBack(id, typed)
    }
    for (const [id, { field }] of this.#fields) if (!field.isConnected) this.#isGone(id)
    this.#drawAll()
  }

  #letGo() {
    for (const id of this.#fields.keys()) this.#unbind(id)
  }

  // Taken out or joined by another, with words in it that only this page has.
  #isGone(id) {
    const { field, text } = this.#fields.get(id)
    this.#unbind(id)
    if (this.#isUnsaved(text)) this.#giveBack(id, field.value)
  }

  #isUnsaved(text) {
    return this.room.unsaved.some(({ changed }) => changed.has(text))
  }

  #unbind(id) {
    this.#fields.get(id).leave()
    this.#fields.delete(id)
  }

  #heard(events) {
    for (const { target } of events) {
      const [id] = [...this.#fields].find(([, { text }]) => text === target) ?? []
      if (id) this.others.wroteAt(id)
    }
  }

  // --- what one sees of it

  #drawAll() {
    this.#drawing ??= Promise.resolve().then(() => {
      this.#drawing = undefined
      for (const id of this.#fields.keys()) this.#draw(id)
    })
  }

  #draw(id) {
    const { field, text, undoing } = this.#fields.get(id)
    const clause = field.closest(".clause")
    const unsaved = this.#isUnsaved(text)
    if (unsaved) this.#written.add(id)
    const state = !unsaved ? "saved" : this.room.online ? "sent" : this.room.kept.full ? "nowhere" : "kept"
    const saved = clause.querySelector(".write .saved")
    saved.ariaLive = "off" // the line says aloud when it is down, and when it is back
    saved.dataset.saved = unsaved && !this.room.online ? "not-yet" : state
    put(saved, (this.#written.has(id) && this.dataset[state === "sent" && this.room.slowed ? "slowed" : state]) || "")
    const names = this.others.at(id)
    const here = clause.querySelector(".others-here")
    here.hidden = !names.length
    put(here, names.length ? this.words("here", { names: this.list(names) }) : "")
    for (const button of clause.querySelectorAll("[data-undo]")) button.disabled = !(button.dataset.undo === "undo" ? undoing.canUndo() : undoing.canRedo())
  }

  async #whoWrote(details) {
    const answer = await fetch(`/drafts/${this.dataset.room}/written/${idOf(details)}`)
    if (answer.ok) details.querySelector("ol").innerHTML = await answer.text()
  }

  // Words that were not taken stand over the draft, to be copied or let go.
  #giveBack(id, words) {
    if (this.#fields.get(id)?.text.toString() === words) return
    const box = this.querySelector("template").content.cloneNode(true).firstElementChild
    box.querySelector(".yours").textContent = words
    box.querySelector("button").addEventListener("click", () => box.remove())
    this.append(box)
  }

  #say(field, words) {
    const line = field.form.querySelector(".answer") ?? document.createElement("p")
    line.className = "answer"
    line.role = "alert"
    line.dataset.tone = "refuses"
    line.textContent = words
    if (words) field.form.append(line)
    else line.remove()
  }

  // --- what one does beyond typing

  #press(event) {
    const { target: field, key, ctrlKey, metaKey, shiftKey } = event
    const control = (ctrlKey || metaKey) && field.matches("[data-live]")
    const redo = key.toLowerCase() === "y" || (key.toLowerCase() === "z" && shiftKey)
    if (!control || event.isComposing || !(redo || key === "z")) return
    event.preventDefault()
    this.#fields.get(idOf(field))[redo ? "redo" : "undo"]()
  }

  #undo(button) {
    if (button) this.#fields.get(idOf(button))?.[button.dataset.undo]()
  }

  // The browser would cut off, unseen, what is too long.
  #paste(event) {
    const field = event.target
    if (!field.matches?.("[data-live]")) return
    const more = (event.clipboardData ?? event.dataTransfer).getData("text/plain").replaceAll("\r\n", "\n").length
    const length = field.value.length - (field.selectionEnd - field.selectionStart) + more
    const tooLong = length > field.maxLength
    if (tooLong) event.preventDefault()
    const number = new Intl.NumberFormat(document.documentElement.lang)
    this.#say(field, tooLong ? this.words("tooLong", { limit: number.format(field.maxLength), length: number.format(length) }) : "")
  }

  #split(field) {
    const id = idOf(field)
    if (this.#fields.get(id).cut()) document.getElementById(`split-${id}`).requestSubmit()
  }

  // What is done to a whole recommendation is done to all the words that one has typed in it.
  async #submit(event) {
    const { target: form, submitter } = event
    const what = form.elements.namedItem("do")?.value
    if (!SAVED_FIRST.includes(what) || form === this.#ready || !this.room.joined || !this.room.online) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (form.querySelector("[data-live]") && form.querySelector("select").selectedOptions[0].defaultSelected) return // saved as it is typed
    await this.room.allSaved()
    await new Promise((later) => setTimeout(later)) // while a form is being submitted it cannot be submitted again
    this.#ready = asDrawnNow(form)
    this.#ready?.requestSubmit(this.#ready === form ? submitter : null)
    this.#ready = undefined
  }
}

function idOf(element) {
  return element.closest(".clause").id.replace("paragraph-", "")
}

// What was saved has been drawn anew, perhaps with the form whose button was pressed.
function asDrawnNow(form) {
  const key = (each) => ["do", "id", "next"].map((name) => each.elements.namedItem(name)?.value).join(" ")
  return form.isConnected ? form : [...document.forms].find((each) => key(each) === key(form))
}

function put(element, words) {
  if (element.textContent !== words) element.textContent = words
}

customElements.define("co-writing", CoWriting)
