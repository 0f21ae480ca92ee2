// Every form that holds a command is sent without leaving the page; <kept-form> also keeps what is typed.
import { kept, send } from "./outbox.js"

const MINE = { Endorse: "endorsed-", WithdrawEndorsement: "endorsed-", SupportAmendment: "supported-", WithdrawSupport: "supported-" }
const UNDONE = ["WithdrawEndorsement", "WithdrawSupport"]

addEventListener("submit", async (event) => {
  const form = event.target
  if (event.defaultPrevented || !form.elements.namedItem("do")) return
  event.preventDefault()
  freshen(form)
  const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "at")
  const box = form.closest("kept-form")
  box?.sending()
  const answer = await send(form.getAttribute("action") || location.pathname, fields, (later) => outcome(form, fields, later))
  if (!answer.kept) return outcome(form, fields, answer)
  if (box) box.waiting()
  else say(form, document.body.dataset.waiting, "warns")
})

// A thing that is made anew has an id of its own at each sending, and the same one at each retry.
function freshen(form) {
  for (const field of form.querySelectorAll("[data-fresh]")) field.value = crypto.randomUUID()
}

function outcome(form, fields, answer) {
  const box = form.closest("kept-form")
  if (answer.refused) {
    if (box?.refused) box.refused(answer)
    return say(form, answer.why, "refuses")
  }
  say(form, "", "")
  remember(Object.fromEntries(fields))
  settle(form)
  box?.saved()
  form.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: answer }))
}

// What was saved is no longer an unsaved change.
function settle(form) {
  for (const field of form.elements) if (field.defaultValue !== undefined && field.type !== "hidden") field.defaultValue = field.value
}

function say(form, words, tone) {
  let line = form.querySelector(".answer")
  if (!line && !words) return
  if (!line) {
    line = document.createElement("p")
    line.className = "answer"
    line.setAttribute("role", "alert")
    form.append(line)
  }
  line.dataset.tone = tone
  line.textContent = words
}

// What has become mine, or is no longer, is shown by the style sheet of one person.
function remember({ do: what, contribution, amendment }) {
  const sheet = document.getElementById("mine")?.sheet
  if (!sheet || !MINE[what]) return
  const [mine, not] = UNDONE.includes(what) ? ["none", "inline-flex"] : ["inline-flex", "none"]
  const key = CSS.escape(`${MINE[what]}${contribution ?? amendment}`)
  sheet.insertRule(`[data-mine="${key}"]{--mine:${mine};--not-mine:${not}}`, sheet.cssRules.length)
}

class KeptForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.text = this.querySelector("textarea")
    this.key = `kept-${location.pathname}-${this.dataset.key}`
    const before = localStorage.getItem(this.key)
    if (before && !this.text.value) this.text.value = before
    if (before) this.#say(this.dataset.kept)
    this.text.addEventListener("input", () => this.#keep())
    if (kept().length) this.waiting()
  }

  sending() {
    this.#say(this.dataset.sending)
  }

  waiting() {
    this.#say(this.dataset.waiting)
    if (this.text.value && kept().some(({ fields }) => Object.fromEntries(fields).text === this.text.value.replaceAll("\n", "\r\n") || Object.fromEntries(fields).text === this.text.value)) this.#clear()
  }

  saved() {
    this.#clear()
    this.#say(this.dataset.saved)
  }

  refused() {
    this.#say(this.dataset.kept)
  }

  #clear() {
    localStorage.removeItem(this.key)
    if (this.dataset.stays === undefined) this.text.value = this.text.defaultValue = ""
  }

  #keep() {
    if (this.text.value) localStorage.setItem(this.key, this.text.value)
    else localStorage.removeItem(this.key)
    this.#say(this.dataset.kept)
  }

  #say(words) {
    const line = this.querySelector(".saved")
    if (line) line.textContent = words ?? ""
  }
}

customElements.define("kept-form", KeptForm)
