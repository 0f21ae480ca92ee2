// Puts a frame's fragments into the page; never moves focus, selection, scroll, or what somebody types.
const TYPED_IN = "textarea, input:not([type=hidden]), select"
const LIVE = "textarea[data-live]" // written together: its words come by another line
const NEAR = 120 // px from the end of a list within which new things are shown at once

export function show({ parts = [], order = [] }) {
  const ends = new Map() // whether the reader was at the end of each list before it grew
  for (const part of parts) place(part, ends)
  for (const { of, ids } of order) arrange(document.getElementById(of), ids)
}

function place(part, ends) {
  const { id, html, into, before } = part
  const there = document.getElementById(id)
  const form = there && underWay(there)
  if (form) return form.addEventListener("answered", () => place(part, ends), { once: true })
  if (!html) return there && takeOut(there)
  const fresh = parsed(html)
  if (there) return replace(there, fresh)
  const list = document.getElementById(into)
  if (!list) return
  if (!ends.has(list)) ends.set(list, atEnd(list))
  list.insertBefore(fresh, before ? document.getElementById(before) : null)
  fresh.classList.add("new")
  if (ends.get(list) || own(fresh)) return
  fresh.hidden = list.dataset.news !== undefined
  count(list)
}

function parsed(html) {
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content.firstElementChild
}

// What stands in a form that was sent is saved or refused in a moment; the answer may come behind the news.
function underWay(there) {
  const form = unsaved(there)?.form
  return form?.underWay ? form : null
}

function takeOut(there) {
  const field = unsaved(there)
  if (field) behind(there, field, null)
  else there.remove()
}

// An element in which somebody types is grafted around the field; any other is put in its place whole.
function replace(there, fresh) {
  fresh.hidden = there.hidden
  carryChoices(there, fresh)
  carryAnswer(there, fresh)
  for (const details of there.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "")
  }
  const field = there.querySelector(LIVE) ?? unsaved(there) ?? (there.contains(document.activeElement) && document.activeElement.matches(TYPED_IN) ? document.activeElement : null)
  const focused = there.contains(document.activeElement) && document.activeElement !== field ? wayTo(document.activeElement, there) : null
  if (field) graft(there, fresh, field)
  else there.replaceWith(fresh)
  if (focused) at(fresh.isConnected ? fresh : there, focused)?.focus({ preventScroll: true })
}

function unsaved(there) {
  return [...there.querySelectorAll(TYPED_IN)].find(changed)
}

function changed(field) {
  if (field.type === "checkbox" || field.type === "radio") return false
  if (field.options) return field === document.activeElement && chosen(field) !== undefined
  return field.value !== field.defaultValue
}

// The option somebody chose, if it is not the one the page came with.
function chosen(select) {
  const option = select.selectedOptions[0]
  return option && !option.defaultSelected ? option.value : undefined
}

// Why something was refused is still to be read when the news comes for which it was.
function carryAnswer(there, fresh) {
  const why = there.querySelector('.answer[data-tone="refuses"]:not([data-again])')
  if (!why) return
  fresh.append(why.cloneNode(true))
  fresh.lastElementChild.dataset.again = ""
}

function carryChoices(there, fresh) {
  for (const select of there.querySelectorAll("select[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(select.id)}`)
    if (!same || chosen(select) === undefined) continue
    const option = [...same.options].find(({ value }) => value === select.value)
    if (option) option.selected = true
  }
}

// What was typed stays. If somebody else saved meanwhile it also keeps the version it was typed over,
// and a "behind" event carries what stands now; but with data-of-now it is said of whatever stands.
function graft(there, fresh, field) {
  const target = field.id ? fresh.querySelector(`#${CSS.escape(field.id)}`) : fresh.querySelector(`[name="${field.name}"]`)
  const live = field.matches(LIVE)
  const typed = changed(field) && !live
  const bound = typed && !("ofNow" in field.dataset)
  if (bound && (!target || (version(field.form) !== version(target.form) && !sentFrom(field.form, target.form)))) return behind(there, field, fresh)
  if (!target) return there.replaceWith(fresh)
  delete there.dataset.behind
  around(there, fresh, field, target)
  if (field.options) for (const option of field.options) option.defaultSelected = target.querySelector(`[value="${CSS.escape(option.value)}"]`)?.defaultSelected ?? false
  else if (!live) renew(field, target.defaultValue, typed)
  field.dispatchEvent(new CustomEvent("grafted", { bubbles: true }))
}

function renew(field, words, typed) {
  const { value, selectionStart, selectionEnd } = field
  field.defaultValue = words
  field.value = typed ? value : words
  if (selectionStart !== null && field.setSelectionRange) field.setSelectionRange(selectionStart, selectionEnd)
}

function version(form) {
  return form?.elements.namedItem("version")?.value
}

// What stands now is what was sent from this very form: nobody came in between.
function sentFrom(form, now) {
  const visible = [...now.elements].filter((field) => field.name && field.matches(TYPED_IN))
  return form.sent !== undefined && visible.every(({ name, value }) => form.sent[name]?.trim() === value.trim())
}

function behind(there, field, fresh) {
  there.dataset.behind = "true"
  field.dispatchEvent(new CustomEvent("behind", { bubbles: true, detail: fresh }))
}

// Everything of `fresh` but the field takes the place of everything of `there` but the field.
function around(there, fresh, field, target) {
  for (const { name, value } of fresh.attributes) there.setAttribute(name, value)
  const branch = [...there.children].find((child) => child.contains(field))
  const match = [...fresh.children].find((child) => child.contains(target))
  for (const child of [...there.children]) if (child !== branch) child.remove()
  for (const child of [...fresh.children]) {
    if (child === match) continue
    if (match.compareDocumentPosition(child) & Node.DOCUMENT_POSITION_PRECEDING) branch.before(child)
    else there.append(child)
  }
  if (branch !== field) around(branch, match, field, target)
}

function wayTo(element, root) {
  const way = []
  for (let each = element; each !== root; each = each.parentElement) way.unshift([...each.parentElement.children].indexOf(each))
  return way
}

function at(root, way) {
  return way.reduce((element, index) => element?.children[index], root)
}

function arrange(list, ids) {
  const focused = document.activeElement
  ids.forEach((id, place) => {
    const item = document.getElementById(id)
    const there = list?.children[place]
    if (!item || item === there) return
    if (list.moveBefore) list.moveBefore(item, there ?? null)
    else if (!item.contains(focused)) list.insertBefore(item, there ?? null)
  })
}

// The end of the list stands in view, be it the page that scrolls or a pane.
function atEnd(list) {
  const pane = list.closest(".desk-scroll")?.getBoundingClientRect().bottom ?? innerHeight
  return list.getBoundingClientRect().bottom <= Math.min(innerHeight, pane) + NEAR
}

// The style sheet of one person lights up what that person said, or wrote down for somebody.
function own(fresh) {
  return [fresh, ...fresh.querySelectorAll("[data-by]")].some((element) => getComputedStyle(element).getPropertyValue("--mine") === "inline-flex")
}

// New items wait behind a button for those who read further up.
function count(list) {
  const waiting = [...list.children].filter((child) => child.hidden)
  let button = document.getElementById(`${list.id}-news`)
  if (!waiting.length) return button?.remove()
  if (!button) {
    button = document.createElement("button")
    button.id = `${list.id}-news`
    button.type = "button"
    button.className = "button news"
    button.addEventListener("click", () => {
      const items = [...list.children].filter((child) => child.hidden)
      for (const child of items) child.hidden = false
      button.remove()
      if (!items.length) return
      items[0].tabIndex = -1 // from there one goes on, by key too
      items[0].focus({ preventScroll: true })
      items[0].scrollIntoView({ block: "center" })
    })
    list.after(button)
  }
  button.textContent = list.dataset.news.replace("{count}", waiting.length)
}
