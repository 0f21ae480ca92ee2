// What is to be sent: kept on this device until the record has it, then sent once, in order.
const KEY = `outbox-${location.pathname.split("/")[2]}`
const RETRY = 5 * 1000 // ms
let sending = false

// Gives {done}, {refused, why}, or {kept: true} when the line is down; `told` hears of it later then.
const told = new Map()

export async function send(address, fields, later) {
  const letter = { address, fields, key: crypto.randomUUID() }
  keep([...kept(), letter])
  if (later) told.set(letter.key, later)
  return (await flush(letter.key)) ?? { kept: true }
}

export async function flush(wanted) {
  if (sending) return undefined
  sending = true
  let answer
  try {
    for (const letter of kept()) {
      const outcome = await post(letter)
      if (!outcome) break
      keep(kept().filter(({ key }) => key !== letter.key))
      if (letter.key === wanted) answer = outcome
      else told.get(letter.key)?.(outcome)
      told.delete(letter.key)
    }
  } finally {
    sending = false
  }
  if (kept().length) setTimeout(flush, RETRY)
  return answer
}

async function post({ address, fields }) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { accept: "application/json" },
    })
    if (answer.redirected) return location.reload()
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
