// <co-writing data-room data-kept data-sent data-saved …>: the paragraphs of the desk are written by several people at once.
import { drawn } from "./authors.js"
import { Others } from "./others.js"
import { Room } from "./rooms.js"
import { TextField } from "./text-fields.js"

const OLD = 4409
const SETTLED_FIRST = ["ReviseDraftRecommendation", "SplitDraftRecommendation", "JoinDraftRecommendations", "RemoveDraftRecommendation", "MoveDraftRecommendation", "SubmitDraft"]
const TRIES = 3 // of an act that somebody else was quicker than
const FIELDS = "#draft-list .write textarea"

class CoWriting extends HTMLElement {
  #fields = new Map() // recommendation -> its TextField
  #written = new Set() // recommendations one wrote in since the page came
  #settled // the form whose act may go, as everything is settled
  #tries = 0

  connectedCallback() {
    const list = document.getElementById("draft-list")
    this.#enter(this.dataset.room)
    new MutationObserver(() => this.#bind()).observe(list, { childList: true })
    addEventListener("submit", (event) => this.#submit(event), { capture: true })
    addEventListener("refused", (event) => this.#again(event), { capture: true })
    list.addEventListener("grafted", () => this.#bind())
    list.addEventListener("keydown", (event) => this.#press(event))
    list.addEventListener("click", ({ target }) => this.#undo(target.closest("[data-undo]")))
    list.addEventListener("toggle", ({ target }) => target.matches(".authors") && this.#draw(idOf(target)), { capture: true })
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
    for (const what of ["state", "places", "authors"]) room.addEventListener(what, () => this.#drawAll())
    for (const what of ["joined", "pen"]) room.addEventListener(what, () => this.#bind())
    room.addEventListener("closed", ({ detail }) => this.#closed(detail))
  }

  #closed({ code, reason }) {
    this.#letGo()
    if (code !== OLD) return
    this.room.leave()
    this.#enter(reason)
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
      if (bound) this.#unbind(id)
      if (text && !field.closest(".clause").dataset.behind) this.#fields.set(id, new TextField(field, text, room))
    }
    for (const [id, { field }] of this.#fields) if (!field.isConnected) this.#unbind(id)
    this.#drawAll()
  }

  #letGo() {
    for (const id of this.#fields.keys()) this.#unbind(id)
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
    for (const id of this.#fields.keys()) this.#draw(id)
  }

  #draw(id) {
    const { field, text, undoing } = this.#fields.get(id)
    const clause = field.closest(".clause")
    const unsaved = this.room.unsaved.some((each) => each.text === text)
    if (unsaved) this.#written.add(id)
    const state = !unsaved ? "saved" : this.room.online ? "sent" : "kept"
    const saved = clause.querySelector(".write .saved")
    saved.ariaLive = "off" // the line says aloud when it is down, and when it is back
    saved.dataset.saved = state === "kept" ? "not-yet" : state
    put(saved, this.#written.has(id) ? this.dataset[state] : "")
    const names = this.others.at(id)
    const here = clause.querySelector(".others-here")
    here.hidden = !names.length
    put(here, names.length ? this.words("here", { names: this.list(names) }) : "")
    for (const button of clause.querySelectorAll("[data-undo]")) button.disabled = !(button.dataset.undo === "undo" ? undoing.canUndo() : undoing.canRedo())
    const authors = clause.querySelector(".authors[open] > ol")
    authors?.replaceChildren(...drawn(text, this.room.authors, this))
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
    if (redo) this.#fields.get(idOf(field)).redo()
    else this.#fields.get(idOf(field)).undo()
  }

  #undo(button) {
    const bound = button && this.#fields.get(idOf(button))
    if (button?.dataset.undo === "undo") bound?.undo()
    else if (button) bound?.redo()
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

  // What is done to a whole recommendation is done to all the words that anybody has typed in it.
  async #submit(event) {
    const { target: form, submitter } = event
    const what = form.elements.namedItem("do")?.value
    if (!SETTLED_FIRST.includes(what) || form === this.#settled || !this.room.joined || !this.room.online) return
    event.preventDefault()
    event.stopImmediatePropagation()
    const versions = await this.room.settled().catch(() => undefined)
    if (versions) renew(form, versions)
    const text = this.#fields.get(form.elements.namedItem("id")?.value)?.field
    if (text && what === "SplitDraftRecommendation") form.elements.namedItem("text").value = text.value
    this.#settled = form
    form.requestSubmit(submitter)
    this.#settled = undefined
  }

  #again(event) {
    const { target: form, detail } = event
    if (detail.refused !== "stale" || !this.room.online || this.#tries >= TRIES) return (this.#tries = 0)
    this.#tries += 1
    event.stopImmediatePropagation()
    form.requestSubmit()
  }
}

function idOf(element) {
  return element.closest(".clause").id.replace("paragraph-", "")
}

function renew(form, { draft, texts }) {
  const put = (field, value) => field && value !== undefined && (field.value = value)
  const of = (name) => form.elements.namedItem(name)
  put(of("version"), of("id") ? texts[of("id").value] : draft)
  put(of("next_version"), texts[of("next")?.value])
}

function put(element, words) {
  if (element.textContent !== words) element.textContent = words
}

customElements.define("co-writing", CoWriting)
