// window.stops: where Tab goes on this page, and how each stop looks while it has the focus.
// prepare() opens what can be opened and names what Tab shall reach; from then on each Tab notes the stop it leaves.
(() => {
  const TABBABLE = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^='-'])"
  const FOLDS = ".say, .from-floor" // boxes that are whole only while one is in them
  const SLACK = 1 // px
  const CORNER = 3 // px within which a round corner or the next line may lie
  const THINNEST = 2 // px, and the contrast: WCAG 2.2, 2.4.13 and 1.4.11
  const FAINTEST = 3
  let noted
  let before

  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0

  // Of a group of radios Tab stops at one; the arrows go to the others.
  function stopsAt(element) {
    if (element.disabled || element.type === "hidden" || !shown(element)) return false
    if (element.type !== "radio") return true
    const group = [...document.getElementsByName(element.name)].filter(({ form }) => form === element.form)
    return element === (group.find(({ checked }) => checked) ?? group[0])
  }

  function name(element) {
    if (element === document.body) return null
    const words = element.textContent.trim() || element.getAttribute("aria-label") || element.name || ""
    return `${element.localName} ${element.getAttribute("id") ?? ""} “${words.replace(/\s+/g, " ").slice(0, 50)}”`
  }

  // A radio card is a field that is not seen, over the label that is.
  const seen = (element) => (getComputedStyle(element).opacity === "0" ? element.closest("label") : element)

  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  function painted(colours) {
    for (const colour of colours) {
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
    }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
  }

  function around(element) {
    const colours = []
    for (let each = element.parentElement; each; each = each.parentElement) colours.unshift(getComputedStyle(each).backgroundColor)
    return colours
  }

  function luminance(colour) {
    const [red, green, blue] = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }

  function ring(element) {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(seen(element))
    return { drawn: outlineStyle !== "none", width: parseFloat(outlineWidth), colour: outlineColor }
  }

  function faint(element) {
    const { drawn, width, colour } = ring(element)
    if (!drawn) return ["it looks as if it had no focus"]
    const behind = around(seen(element))
    const ratio = contrast(painted([...behind, colour]), painted(behind))
    return [
      ...(width < THINNEST ? [`its ring is ${width} px thin`] : []),
      ...(ratio < FAINTEST ? [`its ring has a contrast of ${ratio.toFixed(1)}`] : []),
    ]
  }

  function cut(element) {
    const { outlineOffset, outlineWidth } = getComputedStyle(seen(element))
    const out = parseFloat(outlineOffset) + parseFloat(outlineWidth) - SLACK
    const found = new Set()
    for (let each = seen(element).parentElement; each; each = each.parentElement) {
      if (getComputedStyle(each).overflow === "visible") continue
      const edge = each.getBoundingClientRect()
      for (const box of seen(element).getClientRects()) {
        if (box.left - out < edge.left || box.right + out > edge.right) found.add(`its ring is cut at a side of ${each.localName}.${each.className}`)
        if (box.height < edge.height && (box.top - out < edge.top || box.bottom + out > edge.bottom)) found.add(`its ring is cut by ${each.localName}.${each.className}`)
      }
    }
    return [...found]
  }

  // A field to write in comes into view where one writes, what is larger than half the window in part, all else with its corners.
  function covered(element) {
    const boxes = [...seen(element).getClientRects()].filter(({ width, height }) => width > 1 && height > 1)
    const large = element.localName === "textarea" || boxes.some(({ height }) => height > innerHeight / 2)
    const over = boxes.flatMap((box) => points(box, large ? 8 : 1)).map(([x, y]) => {
      const there = document.elementFromPoint(x, y)
      if (!there) return "it is out of the window"
      return seen(element).contains(there) || there.contains(element) ? null : `${name(there)} lies over it`
    })
    if (large && over.includes(null)) return []
    return [...new Set(over)].filter(Boolean)
  }

  function points({ left, right, top, bottom }, parts) {
    const along = (from, to) => {
      if (to - from < 3 * CORNER) return [(from + to) / 2]
      return [...Array(parts + 1).keys()].map((part) => from + CORNER + (part / parts) * (to - from - 2 * CORNER))
    }
    return along(left, right).flatMap((x) => along(top, bottom).map((y) => [x, y]))
  }

  function astray(element, back) {
    if (!before?.isConnected || before === document.body || element === document.body) return []
    const follows = before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING
    return Boolean(follows) === back ? ["it does not follow the order of the page"] : []
  }

  // What is painted elsewhere than where it stands is reached out of turn.
  function turned(element) {
    for (let each = element; each.parentElement; each = each.parentElement) {
      const { order } = getComputedStyle(each)
      const { display, flexDirection } = getComputedStyle(each.parentElement)
      if (/flex|grid/.test(display) && (order !== "0" || (display.includes("flex") && flexDirection.endsWith("reverse")))) return ["it is painted out of its order"]
    }
    return []
  }

  function note(back) {
    const element = document.activeElement
    const faults = element === document.body ? [] : [...astray(element, back), ...turned(element), ...faint(element), ...cut(element), ...covered(element)]
    noted.push({ name: name(element), faults })
    before = element
  }

  addEventListener("keydown", ({ key, shiftKey }) => key === "Tab" && noted && note(shiftKey), { capture: true })

  window.stops = {
    prepare() {
      for (const details of document.querySelectorAll("details")) details.open = true
      for (const box of document.querySelectorAll("textarea:placeholder-shown")) box.value = "Words not sent yet."
      const still = new CSSStyleSheet() // what closes a moment after one has left it closes at once
      still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }")
      document.adoptedStyleSheets.push(still)
      noted = []
      const expected = [...document.querySelectorAll(TABBABLE)].filter(stopsAt)
      if (expected.some((element) => element !== document.activeElement && ring(element).drawn)) throw new Error("Something looks as if it had the focus.")
      return expected.map((element) => ({ name: name(element), folds: element.closest(FOLDS) !== null }))
    },
    // Once round: what was noted since Tab last left the page.
    noted() {
      before = null
      return noted.splice(0)
    },
  }
})()
