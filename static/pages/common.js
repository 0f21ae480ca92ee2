import "../live-forum.js"
import "../kept-form.js"
import "../time-left.js"
