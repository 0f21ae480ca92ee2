// What is to be sent: kept on this device until the record has it, then sent once, in order.
const { forum, me } = document.querySelector("live-forum").dataset
const KEY = `outbox-${forum}-${me}` // another person on this device has a box of their own
const RETRY = 5 * 1000 // ms
const waiting = new Map() // who hears of each letter's outcome
let sending = false
let retry

addEventListener("online", () => flush())

// Gives {done}, {refused, why}, or {kept: true} when the line is down; `later` hears of it then.
export function send(address, fields, later) {
  const letter = { address, fields, key: freshId() }
  keep([...kept(), letter])
  return new Promise((answer) => {
    waiting.set(letter.key, { answer, later })
    flush()
  })
}

export async function flush() {
  if (sending) return
  sending = true
  try {
    while (kept().length) {
      const [letter] = kept()
      const outcome = await post(letter)
      if (!outcome) return later()
      keep(kept().filter(({ key }) => key !== letter.key))
      tell(letter.key, outcome)
    }
  } finally {
    sending = false
  }
}

function tell(key, outcome) {
  const { answer, later } = waiting.get(key) ?? {}
  waiting.delete(key)
  if (answer) answer(outcome)
  else later?.(outcome)
}

// Those who wait hear that their words are kept here; the outcome reaches them when the line is back.
function later() {
  for (const each of waiting.values()) {
    each.answer?.({ kept: true })
    each.answer = undefined
  }
  clearTimeout(retry)
  retry = setTimeout(flush, RETRY)
}

async function post({ address, fields }) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { accept: "application/json" },
    })
    if (answer.status === 401) return location.reload() // signed out: kept until one is in again
    if (answer.status === 429 || answer.status === 503) return undefined
    return await answer.json()
  } catch {
    return undefined
  }
}

export function kept() {
  return JSON.parse(localStorage.getItem(KEY) ?? "[]")
}

function keep(letters) {
  if (letters.length) localStorage.setItem(KEY, JSON.stringify(letters))
  else localStorage.removeItem(KEY)
}

// crypto.randomUUID is not there on a network without TLS.
export function freshId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
