// In place of what Yjs can hold and a draft does not: the gate lets in words alone (facilitate/live/drafts/gate.py).
class Foreign {}
const refused = () => { throw new Error("This is in no draft") }

export { Foreign as YXmlElement, Foreign as YXmlEvent, Foreign as YXmlFragment, Foreign as YXmlHook, Foreign as YXmlText, Foreign as YXmlTreeWalker }
export { Foreign as ContentBinary, Foreign as ContentDoc, Foreign as ContentEmbed, Foreign as ContentJSON }
export { refused as readYXmlElement, refused as readYXmlFragment, refused as readYXmlHook, refused as readYXmlText }
export { refused as readContentBinary, refused as readContentDoc, refused as readContentEmbed, refused as readContentJSON }
