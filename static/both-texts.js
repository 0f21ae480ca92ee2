// Somebody saved first: both texts are shown beside the field, and one chooses. No word is lost.
addEventListener("behind", ({ target: field, detail: fresh }) => show(field, fresh))

// Refused as stale before the news came: what stands now is on the page as it is drawn now.
addEventListener("refused", async ({ target: form, detail }) => {
  const there = form.closest(".clause")
  if (!there || !["stale", "unknown", "out-of-order"].includes(detail.refused)) return
  const page = await (await fetch(location.href)).text()
  const body = new DOMParser().parseFromString(page.slice(page.indexOf("<body")), "text/html")
  const field = form.matches(".write") && form.querySelector("textarea")
  const fresh = body.getElementById(there.id)
  if (field) show(field, fresh)
  else if (fresh) there.replaceWith(document.importNode(fresh, true))
})

function show(field, fresh) {
  const there = field.closest(".clause")
  if (!there) return
  there.dataset.behind = "true"
  there.querySelector(".stale")?.remove()
  const box = document.getElementById("both-texts").content.cloneNode(true).firstElementChild
  const theirs = fresh?.querySelector("textarea")
  box.querySelector(theirs ? ".stale-gone" : ".stale-saved").remove()
  const yours = box.querySelector(".yours")
  yours.textContent = field.value
  field.addEventListener("input", () => (yours.textContent = field.value))
  if (theirs) {
    box.querySelector(".theirs").textContent = theirs.value
    box.querySelector(".theirs-by").textContent = fresh.querySelector(".written")?.textContent ?? ""
  }
  box.querySelector(".keep-mine")?.addEventListener("click", () => keepMine(field, fresh, box))
  box.querySelector(".take-theirs").addEventListener("click", () => takeTheirs(field, there, fresh))
  box.querySelector(".make-new")?.addEventListener("click", () => makeNew(field, there, fresh))
  there.append(box)
}

function keepMine(field, fresh, box) {
  field.form.elements.namedItem("version").value = fresh.querySelector("[name=version]").value
  box.remove()
  delete field.closest(".clause").dataset.behind
  field.form.requestSubmit()
}

function takeTheirs(field, there, fresh) {
  field.value = field.defaultValue
  field.dispatchEvent(new Event("input", { bubbles: true }))
  if (fresh) there.replaceWith(document.importNode(fresh, true))
  else there.remove()
}

function makeNew(field, there, fresh) {
  const add = document.getElementById("add")
  const text = add.elements.namedItem("text")
  text.value = field.value
  add.addEventListener("done", () => takeTheirs(field, there, fresh), { once: true })
  add.requestSubmit()
  text.value = ""
}

// A draft is submitted as it is saved; words that are not saved yet are not left behind unseen.
addEventListener("submit", (event) => {
  if (event.target.elements.namedItem("do")?.value !== "SubmitDraft") return
  const unsaved = document.querySelector('#draft-list .saved[data-saved="not-yet"]')
  if (!unsaved) return
  event.preventDefault()
  unsaved.closest(".clause").querySelector("textarea").focus()
  document.getElementById("announcements").textContent = document.getElementById("both-texts").dataset.unsaved
}, { capture: true })
