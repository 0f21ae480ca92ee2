// Every form that holds a command is sent without leaving the page; <kept-form> also keeps what is typed.
import { freshId, kept, send } from "./outbox.js"

const MINE = { Endorse: "endorsed-", WithdrawEndorsement: "endorsed-", SupportAmendment: "supported-", WithdrawSupport: "supported-", Object: "objected-", WithdrawObjection: "objected-" }
const UNDONE = ["WithdrawEndorsement", "WithdrawSupport", "WithdrawObjection"]

addEventListener("submit", async (event) => {
  const form = event.target
  if (event.defaultPrevented || !form.elements.namedItem("do")) return
  if ("leadsAway" in form.dataset) return void (document.body.dataset.leaving = "") // the answer is a page of its own
  event.preventDefault()
  if (form.underWay && form.elements.namedItem("version")) return void (form.again = true) // once it is known over which
  form.underWay = true
  freshen(form)
  const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "at")
  form.sent = Object.fromEntries(fields)
  const box = form.closest("kept-form")
  box?.sending()
  for (const line of document.querySelectorAll(".answer[data-again]")) line.remove()
  const beside = spot(form, event.submitter)
  const answer = await send(form.getAttribute("action") || location.pathname, fields, (later) => outcome(form, fields, later, beside))
  if (!answer.kept) return outcome(form, fields, answer, beside)
  if (box) box.waiting()
  else say(beside, document.body.dataset.waiting, "warns")
})

// A thing that is made anew has an id of its own at each sending, and the same one at each retry.
function freshen(form) {
  for (const field of form.querySelectorAll("[data-fresh]")) field.value = freshId()
}

// Where the answer is read: in the form, or with the button that was pressed where one form serves a whole list.
function spot(form, button) {
  return button && !form.contains(button) ? button.parentElement : form
}

// What stands where the form stood, if news came before its answer.
function successor(form) {
  const was = form.closest("[id]")
  return was && document.getElementById(was.getAttribute("id"))
}

function outcome(form, fields, answer, shown) {
  const beside = shown.isConnected ? shown : (successor(form) ?? shown)
  const box = form.closest("kept-form")
  const { again } = form
  form.underWay = form.again = false
  if (answer.refused) {
    box?.refused()
    say(beside, answer.why, "refuses", beside !== shown)
    form.dispatchEvent(new CustomEvent("refused", { bubbles: true, detail: answer }))
    return form.dispatchEvent(new CustomEvent("answered"))
  }
  say(beside, "", "")
  const sent = Object.fromEntries(fields)
  remember(sent)
  settle(form, sent)
  box?.saved(sent)
  form.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: answer }))
  form.dispatchEvent(new CustomEvent("answered"))
  if (again) sendAgain(form, sent)
}

// What was pressed while the same form was under way goes over the version that this came to.
function sendAgain(form, sent) {
  if (form.elements.namedItem("version").value !== sent.version) form.requestSubmit()
  else form.addEventListener("grafted", () => form.requestSubmit(), { once: true })
}

// What was saved is no longer an unsaved change; what was typed since then still is one.
function settle(form, sent) {
  for (const field of form.elements) {
    if (!(field.name in sent) || field.type === "hidden") continue
    if (field.options) for (const option of field.options) option.defaultSelected = option.value === sent[field.name]
    else if (field.matches("textarea, input:not([type=checkbox], [type=radio])")) field.defaultValue = sent[field.name]
  }
}

// Said again where the form stood before, a line is gone with the next change there.
function say(beside, words, tone, again = false) {
  let line = beside.querySelector(":scope > .answer")
  if (!line && !words) return
  if (!line) {
    line = document.createElement("p")
    line.className = "answer"
    line.setAttribute("role", "alert")
    beside.append(line)
  }
  line.dataset.tone = tone
  line.toggleAttribute("data-again", again)
  line.textContent = words
}

// What has become mine, or is no longer, is shown by the style sheet of one person.
function remember({ do: what, contribution, amendment, recommendation }) {
  const sheet = document.getElementById("mine")?.sheet
  if (!sheet || !MINE[what]) return
  const [mine, not] = UNDONE.includes(what) ? ["none", "inline-flex"] : ["inline-flex", "none"]
  const key = CSS.escape(`${MINE[what]}${contribution ?? amendment ?? recommendation}`)
  sheet.insertRule(`[data-mine="${key}"]{--mine:${mine};--not-mine:${not}}`, sheet.cssRules.length)
}

// <kept-form data-key data-kept data-saved …>: what is typed outlives a reload. With data-stays the text
// remains after it was saved, and is kept together with the version it was typed over.
class KeptForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.text = this.querySelector("textarea")
    const { me } = document.querySelector("live-forum").dataset
    this.key = `kept-${me}-${location.pathname}-${this.dataset.key}`
    this.#restore(JSON.parse(localStorage.getItem(this.key) ?? "null"))
    this.addEventListener("input", () => this.#keep())
    this.addEventListener("grafted", () => this.#keep())
    if (kept().length && this.dataset.stays === undefined) this.waiting()
  }

  sending() {
    this.#say(this.dataset.sending)
  }

  waiting() {
    this.#say(this.dataset.waiting)
    if (this.text.value && kept().some(({ fields }) => Object.fromEntries(fields).text === this.text.value)) this.#clear()
  }

  saved(sent) {
    if (sent.text !== undefined && sent.text !== this.text.value) return this.#keep()
    this.#clear()
    this.#say(this.dataset.saved)
  }

  refused() {
    this.#keep()
  }

  #restore(before) {
    if (!before) return
    if (this.dataset.stays === undefined) this.text.value ||= before.text
    else if (before.text.trim() === this.text.value.trim()) return this.#clear()
    else this.#over(before)
    this.#keep()
  }

  // Kept words come back over the version they were written over, so that nobody's words go unseen.
  #over({ text, version }) {
    const now = this.closest("[id]").cloneNode(true)
    const moved = this.#version.value !== version
    this.#version.value = version
    this.text.value = text
    const tell = () => this.text.dispatchEvent(new CustomEvent("behind", { bubbles: true, detail: now }))
    if (!moved) return
    if (document.readyState === "complete") queueMicrotask(tell)
    else addEventListener("load", tell, { once: true }) // when all that listens is there
  }

  // What is written together is kept with the live draft.
  get #live() {
    return this.text.dataset.live !== undefined
  }

  get #version() {
    return this.form.elements.namedItem("version")
  }

  #clear() {
    localStorage.removeItem(this.key)
    if (this.dataset.stays === undefined) this.text.value = this.text.defaultValue = ""
  }

  #keep() {
    if (this.#live) return localStorage.removeItem(this.key)
    const { value, defaultValue } = this.text
    const unsaved = value !== (this.dataset.stays === undefined ? "" : defaultValue)
    if (unsaved) localStorage.setItem(this.key, JSON.stringify({ text: value, version: this.#version?.value }))
    else localStorage.removeItem(this.key)
    this.#say(unsaved ? this.dataset.kept : "", unsaved ? "not-yet" : "")
  }

  #say(words, saved = "") {
    const line = this.querySelector(".saved")
    if (!line || this.#live) return
    line.textContent = words ?? ""
    line.dataset.saved = saved
  }
}

customElements.define("kept-form", KeptForm)
