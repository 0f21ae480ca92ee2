import "../copy-button.js"
