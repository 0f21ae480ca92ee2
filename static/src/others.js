// Who else writes where: their names at the paragraph, and said aloud politely, at most every five seconds.
const BETWEEN = 5 * 1000 // ms
const SILENT = "others-silent"

const silent = () => localStorage.getItem(SILENT) !== null

export class Others {
  #news = new Map() // recommendation -> names of those who wrote there since it was last said
  #told = false

  constructor(page, room) {
    this.page = page
    this.room = room
  }

  iAmAt(id) {
    if (this.room.awareness.getLocalState()?.at !== id) this.room.awareness.setLocalState({ at: id })
  }

  at(id) {
    const me = document.querySelector("live-forum").dataset.me
    const there = [...this.room.awareness.getStates()].filter(([client, state]) => client !== this.room.doc.clientID && state.at === id && state.user)
    return [...new Map(there.filter(([, { user }]) => user.id !== me).map(([, { user }]) => [user.id, user.name])).values()]
  }

  wroteAt(id) {
    const names = this.at(id)
    if (!names.length) return
    this.#news.set(id, new Set([...(this.#news.get(id) ?? []), ...names]))
    if (!this.#told) this.#tell()
  }

  #tell() {
    const number = (id) => [...document.getElementById("draft-list").children].findIndex((each) => each.id === `paragraph-${id}`) + 1
    const said = [...this.#news].filter(([id]) => number(id)).map(([id, names]) => this.page.words("writes", { names: this.page.list([...names]), number: number(id) }))
    this.#news.clear()
    this.#told = said.length > 0
    if (!this.#told) return
    if (!silent()) this.page.querySelector("[role=status]").textContent = said.join(" ")
    setTimeout(() => this.#tell(), BETWEEN)
  }

  static silence(button) {
    const show = () => (button.ariaPressed = String(!silent()))
    button.hidden = false
    button.addEventListener("click", () => {
      if (silent()) localStorage.removeItem(SILENT)
      else localStorage.setItem(SILENT, "")
      show()
    })
    show()
  }
}
