import "../text-on-stage.js"
