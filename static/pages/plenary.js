import "../amend-text.js"
