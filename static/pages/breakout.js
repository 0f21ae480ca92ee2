import "../shown-voices.js"
