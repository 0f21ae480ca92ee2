import "../text-on-stage.js"
import "../hold-button.js"
