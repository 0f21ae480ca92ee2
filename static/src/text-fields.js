// One <textarea> and one Y.Text, kept alike: what comes from elsewhere moves no caret, selection, scroll or composition.
import { UndoManager } from "yjs"

const ONE_STEP = 500 // ms without typing, after which an undo stops

export class TextField {
  #composing = false
  #next // where one would write on; an edit elsewhere is another step to undo

  // `hold` and `release` stop and let on what comes from others, while an input method composes.
  constructor(field, text, { hold, release }) {
    this.field = field
    this.text = text
    this.undoing = new UndoManager(text, { trackedOrigins: new Set([this]), captureTimeout: ONE_STEP })
    this.#begin()
    this.listening = new AbortController()
    const { signal } = this.listening
    const on = (what, heard) => field.addEventListener(what, heard, { signal })
    on("input", () => this.#composing || this.#tell())
    on("compositionstart", () => {
      this.#composing = true
      hold()
    })
    on("compositionend", () => {
      this.#composing = false
      this.#tell()
      release()
    })
    on("beforeinput", (event) => this.#undoOfTheBrowser(event))
    this.hear = (event, { origin }) => origin === this || this.#show(event.delta)
    text.observe(this.hear)
    signal.addEventListener("abort", () => this.#composing && release())
  }

  // What was typed before the text was there is an edit of what the page was drawn with.
  #begin() {
    const { field, text } = this
    const typed = field.value !== field.defaultValue && text.toString() === field.defaultValue
    if (typed) this.#tell()
    else if (field.value !== text.toString()) this.#showWhole()
    this.settled()
    field.dataset.live = ""
  }

  #tell() {
    const { field, text } = this
    const edit = difference(text.toString(), field.value, field.selectionEnd)
    this.settled()
    if (!edit) return
    if (edit.at !== this.#next && edit.at + edit.removed !== this.#next) this.undoing.stopCapturing()
    this.#next = edit.at + edit.words.length
    text.doc.transact(() => {
      if (edit.removed) text.delete(edit.at, edit.removed)
      if (edit.words) text.insert(edit.at, edit.words)
    }, this)
  }

  #show(delta) {
    const { field } = this
    const { selectionDirection, scrollTop } = field
    let at = 0
    for (const { retain = 0, insert = "", delete: removed = 0 } of delta) {
      at += retain
      if (insert || removed) field.setRangeText(insert, at, at + removed, "preserve")
      at += insert.length
    }
    if (field.value !== this.text.toString()) this.#showWhole()
    if (field === document.activeElement) field.setSelectionRange(field.selectionStart, field.selectionEnd, selectionDirection)
    field.scrollTop = scrollTop
    this.settled()
  }

  // A carriage return that another program wrote would count in the text and not in the field.
  #showWhole() {
    const { field, text } = this
    const words = text.toString()
    const { selectionStart, selectionEnd } = field
    field.value = words
    field.setSelectionRange(selectionStart, selectionEnd)
    if (words.includes("\r")) queueMicrotask(() => this.#tell())
  }

  // To the rest of the page what stands in the field is no unsaved change of a form.
  settled() {
    this.field.defaultValue = this.field.value
  }

  #undoOfTheBrowser(event) {
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return
    event.preventDefault()
    if (event.inputType === "historyUndo") this.undo()
    else this.redo()
  }

  undo() {
    this.undoing.undo()
  }

  redo() {
    this.undoing.redo()
  }

  // An empty line at the caret, and nowhere else. False if nothing stands before or behind it.
  cut() {
    const { field, text } = this
    const caret = field.selectionEnd
    if (!field.value.slice(0, caret).trim() || !field.value.slice(caret).trim()) return false
    text.doc.transact(() => {
      text.insert(caret, "\n\n")
      const elsewhere = [...text.toString().matchAll(/\n\s*\n/g)].filter(({ index, 0: { length } }) => index > caret + 1 || index + length < caret + 1)
      for (const { index, 0: { length } } of elsewhere.reverse()) text.delete(index + 1, length - 1)
    }, this.undoing) // it is shown, as an undoing would be
    return true
  }

  leave() {
    this.text.unobserve(this.hear)
    this.undoing.destroy()
    this.listening.abort()
    delete this.field.dataset.live
  }
}

// The one edit that makes `before` into `after`. Where several would, it is the one that ends at the caret.
export function difference(before, after, caret) {
  if (before === after) return undefined
  let end = alikeFromBehind(before, after, after.length - caret)
  let at = 0
  const most = Math.min(before.length, after.length) - end
  while (at < most && before[at] === after[at]) at += 1
  end = alikeFromBehind(before.slice(at), after.slice(at), Infinity)
  if (insidePair(before, at) || insidePair(after, at)) at -= 1
  if (insidePair(before, before.length - end) || insidePair(after, after.length - end)) end -= 1
  return { at, removed: before.length - end - at, words: after.slice(at, after.length - end) }
}

function alikeFromBehind(before, after, most) {
  const shorter = Math.min(before.length, after.length, most)
  let count = 0
  while (count < shorter && before.at(-1 - count) === after.at(-1 - count)) count += 1
  return count
}

// A character beyond the basic plane is two units, and is edited whole.
function insidePair(words, at) {
  const behind = words.charCodeAt(at)
  const front = words.charCodeAt(at - 1)
  return front >= 0xd800 && front < 0xdc00 && behind >= 0xdc00 && behind < 0xe000
}
