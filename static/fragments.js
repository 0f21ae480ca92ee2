// Puts a frame's fragments into the page; never moves focus, selection, scroll, or what somebody types.
const TYPED_IN = "textarea, input:not([type=hidden]), select"
const NEAR = 120 // px from the end of the page within which new things are shown at once

export function show({ parts = [], order = [] }) {
  const atEnd = nearEnd()
  for (const part of parts) place(part, atEnd)
  for (const { of, ids } of order) arrange(document.getElementById(of), ids)
}

function place({ id, html, into }, atEnd) {
  const there = document.getElementById(id)
  if (!html) return there?.remove()
  const fresh = parsed(html)
  if (there) return replace(there, fresh)
  const list = document.getElementById(into)
  if (!list) return
  list.append(fresh)
  if (atEnd) return
  fresh.hidden = list.dataset.news !== undefined
  count(list)
}

function parsed(html) {
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content.firstElementChild
}

// An element in which somebody types is grafted around the field; any other is put in its place whole.
function replace(there, fresh) {
  const field = typedIn(there)
  fresh.hidden = there.hidden
  if (field) return graft(there, fresh, field)
  const focused = there.contains(document.activeElement) ? wayTo(document.activeElement, there) : null
  for (const details of there.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "")
  }
  there.replaceWith(fresh)
  if (focused) at(fresh, focused)?.focus({ preventScroll: true })
}

function typedIn(there) {
  const fields = [...there.querySelectorAll(TYPED_IN)]
  return fields.find(changed) ?? fields.find((field) => field === document.activeElement)
}

function changed(field) {
  if (field.type === "checkbox" || field.type === "radio") return false
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected) && field === document.activeElement
  return field.value !== field.defaultValue
}

// What was typed stays, with the version it was typed over; the form says that the text has moved on.
function graft(there, fresh, field) {
  if (changed(field)) {
    const text = fresh.querySelector(`[name="${field.name}"]`)
    if (text && text.defaultValue !== field.defaultValue) there.dataset.behind = "true"
    return
  }
  for (const [name, value] of Object.entries(attributes(fresh))) there.setAttribute(name, value)
  const branch = [...there.children].find((child) => child === field || child.contains(field))
  const match = [...fresh.children].find((child) => child.tagName === branch.tagName && (child.id === branch.id || child.contains(fresh.querySelector(`[name="${field.name}"]`))))
  if (!match) return
  for (const child of [...there.children]) if (child !== branch) child.remove()
  for (const child of [...fresh.children]) {
    if (child === match) continue
    if (match.compareDocumentPosition(child) & Node.DOCUMENT_POSITION_PRECEDING) branch.before(child)
    else there.append(child)
  }
  if (branch !== field) return graft(branch, match, field)
  const { selectionStart, selectionEnd } = field
  field.value = field.defaultValue = match.defaultValue ?? match.value
  if (selectionStart !== null && field.setSelectionRange) field.setSelectionRange(selectionStart, selectionEnd)
}

function attributes(element) {
  return Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]))
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

function nearEnd() {
  return innerHeight + scrollY >= document.documentElement.scrollHeight - NEAR
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
      items[0]?.scrollIntoView({ block: "center" })
    })
    list.after(button)
  }
  button.textContent = list.dataset.news.replace("{count}", waiting.length)
}
