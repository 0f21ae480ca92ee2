import "../from-link.js"
