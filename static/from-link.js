// What stands behind the # of a link goes into the form; a personal link is sent on at once.
const secret = decodeURIComponent(location.hash.slice(1))
const form = document.querySelector("#sign-in, #join")
if (secret && form) {
  history.replaceState(null, "", location.pathname)
  form.elements.namedItem(form.id === "join" ? "code" : "link").value = secret
  if (form.id === "sign-in") form.submit()
}
