// Each run of words of a text, with who wrote it and the contribution it was taken from.
export function runs(text, authors) {
  const found = []
  for (let item = text._start; item; item = item.right) {
    if (item.deleted || item.content.str === undefined) continue
    const [name, contribution] = authors[item.id.client] ?? []
    const last = found.at(-1)
    if (last && last.name === name && last.contribution === contribution) last.words += item.content.str
    else found.push({ words: item.content.str, name, contribution })
  }
  return found
}

export function drawn(text, authors, page) {
  return runs(text, authors).map(({ words, name, contribution }) => {
    const line = document.createElement("li")
    const said = document.createElement("q")
    said.className = "record"
    said.dir = "auto"
    said.textContent = words.trim()
    line.append(said, " ", name ?? page.dataset.somebody)
    if (contribution) line.append(" ", linked(contribution, page))
    return line
  })
}

function linked(contribution, page) {
  const link = document.createElement("a")
  link.href = `#contribution-${contribution}`
  link.textContent = page.dataset.from
  return link
}
