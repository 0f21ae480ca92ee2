// Buttons with data-hold decide only after being held for 1.5 s, by pointer or key. Assistive technology that can
// only click is asked to do so twice. Without this script they are pressed like any other.
const HOLD = 1500 // ms, as in buttons.css
const AGAIN = 10 * 1000 // ms in which a second click confirms the first
const KEYS = ["Enter", " "]
let held = null // the button that is down, with its timer
let clicked = null // the button that was clicked once by something that cannot hold

const words = () => document.getElementById("holding")
const holdable = (target) => target.closest?.("button[data-hold]:not(:disabled)")

function press(button) {
  if (held?.button === button) return
  letGo()
  button.dataset.held = ""
  held = { button, timer: setTimeout(() => decide(button), HOLD) }
  say("holding")
}

function letGo() {
  if (!held) return
  clearTimeout(held.timer)
  delete held.button.dataset.held
  held = null
  say("early")
}

function decide(button) {
  held = clicked = null
  delete button.dataset.held
  say("")
  if (button.isConnected && !button.disabled) button.form.requestSubmit(button)
}

function say(what) {
  const line = words()
  if (line) line.textContent = line.dataset[what] ?? ""
}

addEventListener("pointerdown", (event) => {
  const button = event.button === 0 && holdable(event.target)
  if (button) press(button)
})
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, letGo)
addEventListener("pointermove", ({ clientX, clientY }) => {
  if (held && !held.button.contains(document.elementFromPoint(clientX, clientY))) letGo()
})
addEventListener("keydown", (event) => {
  const button = KEYS.includes(event.key) && holdable(event.target)
  if (!button) return
  event.preventDefault()
  if (!event.repeat) press(button)
})
addEventListener("keyup", (event) => {
  if (!KEYS.includes(event.key)) return
  if (holdable(event.target)) event.preventDefault()
  letGo()
})
addEventListener("contextmenu", (event) => holdable(event.target) && event.preventDefault())

// A click with no pointer behind it comes from assistive technology; any other ends a press that was too short.
addEventListener("click", (event) => {
  const button = holdable(event.target)
  if (!button) return
  event.preventDefault()
  if (event.pointerType || event.detail) return
  if (clicked === button) return decide(button)
  clicked = button
  say("again")
  setTimeout(() => clicked === button && (clicked = null), AGAIN)
}, true)
